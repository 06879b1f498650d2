"""Episodes: one customer's contact each, with what the bot knows and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from helpdesk.context import Context
from helpdesk.outcomes import Outcome
from helpdesk.store.tables import episodes as table
from helpdesk.tally import Tally

_NEWEST = (
    select(table)
    .where(table.c.conversation_id == bindparam("conversation"))
    .order_by(table.c.number.desc())
    .limit(1)
)
_CHANGE = update(table).where(table.c.id == bindparam("episode"))
_FIRST_QUESTION = _CHANGE.where(table.c.first_question.is_(None))


@dataclass(frozen=True, slots=True)
class Episode:
    """`started_on`: the team's day of its start."""

    id: str
    conversation_id: str
    number: int
    started_at: datetime
    started_on: date
    last_at: datetime
    context: Context
    first_question: str | None


def add(connection: Connection, episode: Episode, hour: int, standing: Outcome) -> None:
    """`hour`: of its start, in the team's time zone."""
    connection.execute(
        insert(table).values(
            id=episode.id,
            conversation_id=episode.conversation_id,
            number=episode.number,
            started_at=episode.started_at,
            started_on=episode.started_on,
            started_hour=hour,
            last_at=episode.last_at,
            first_question=episode.first_question,
            context=episode.context.as_json(),
            **_outcome(standing),
        )
    )


def newest(connection: Connection, conversation_id: str) -> Episode | None:
    row = connection.execute(_NEWEST, {"conversation": conversation_id}).one_or_none()
    return None if row is None else _episode(row)


def get(connection: Connection, episode_id: str) -> Episode | None:
    row = connection.execute(select(table).where(table.c.id == episode_id)).one_or_none()
    return None if row is None else _episode(row)


def set_context(connection: Connection, episode_id: str, context: Context) -> None:
    _change(connection, episode_id, context=context.as_json())


def set_first_question(connection: Connection, episode_id: str, question: str) -> None:
    connection.execute(_FIRST_QUESTION, {"episode": episode_id, "first_question": question})


def set_standing(
    connection: Connection,
    episode_id: str,
    standing: Outcome,
    counted: Tally,
    last_at: datetime | None,
    context: Context | None = None,
) -> None:
    """`last_at` None leaves the time of the last activity as it is, `context` None what the bot
    knows."""
    values: dict[str, Any] = {**_outcome(standing), **asdict(counted)}
    if last_at is not None:
        values["last_at"] = last_at
    if context is not None:
        values["context"] = context.as_json()
    _change(connection, episode_id, **values)


def set_handoff_reason(connection: Connection, episode_id: str, reason: str) -> None:
    _change(connection, episode_id, handoff_reason=reason)


def set_holdout(connection: Connection, episode_id: str, mark: str) -> None:
    """The first one stays."""
    mine = (table.c.id == episode_id) & table.c.holdout.is_(None)
    connection.execute(update(table).where(mine).values(holdout=mark))


def set_ratings(connection: Connection, episode_id: str, csat: int, nps: int | None) -> None:
    _change(connection, episode_id, csat=csat, nps=nps)


def started_between(connection: Connection, start: date, end: date) -> Sequence[str]:
    query = select(table.c.id).where(table.c.started_on.between(start, end))
    return connection.execute(query).scalars().all()


def standing(connection: Connection, episode_id: str) -> tuple[Outcome, Tally]:
    """As stored."""
    row = connection.execute(select(table).where(table.c.id == episode_id)).one()
    known = row.outcome, row.part, row.questions, row.unanswered, row.rule_version
    return Outcome(*known, row.entry, row.topic), Tally(row.judged, row.wrong, row.surveyed)


def _change(connection: Connection, episode_id: str, **values: Any) -> None:
    connection.execute(_CHANGE, {"episode": episode_id, **values})


def _outcome(standing: Outcome) -> dict[str, Any]:
    return {
        "outcome": standing.name,
        "part": standing.part,
        "questions": standing.questions,
        "unanswered": standing.unanswered,
        "rule_version": standing.rule_version,
        "entry": standing.entry,
        "topic": standing.topic,
    }


def _episode(row: Row[Any]) -> Episode:
    return Episode(
        id=row.id,
        conversation_id=row.conversation_id,
        number=row.number,
        started_at=row.started_at,
        started_on=row.started_on,
        last_at=row.last_at,
        context=Context.from_json(row.context),
        first_question=row.first_question,
    )
