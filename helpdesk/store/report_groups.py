"""What a report says besides outcomes: people's times, judged answers, episodes in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, select

from helpdesk.store.cohort import Cohort, of_conversations
from helpdesk.store.tables import episodes as table
from helpdesk.store.tables import handoffs, labels, messages

_AT_ONCE = 500


def peoples_times(connection: Connection, cohort: Cohort) -> list[tuple[float | None, ...]]:
    """(time to person, first response, handle time) of each chat that people were asked for."""
    names = ("time_to_person", "first_response", "handle_time")
    query = (
        of_conversations(select(*(handoffs.c[name] for name in names)))
        .join(handoffs, handoffs.c.episode_id == table.c.id)
        .where(handoffs.c.kind == "chat", handoffs.c.time_to_person.is_not(None), cohort.where())
    )
    return [tuple(row) for row in connection.execute(query)]


def judged_answers(connection: Connection, cohort: Cohort) -> dict[str, bool]:
    """Of each question whose answer was judged, whether it was wrong: by the team's word before
    the customer's.

    In two steps, from the few labels to their episodes: as one query a database may well begin
    with the many episodes.
    """
    query = (
        select(messages.c.episode_id, labels.c.about, labels.c.verdict, labels.c.shown)
        .add_columns(labels.c.entries)
        .select_from(labels)
        .join(
            messages,
            (messages.c.conversation_id == labels.c.conversation_id)
            & (messages.c.seq == labels.c.seq),
        )
        .where(labels.c.shown.is_not(None))
        .order_by(case((labels.c.source == "feedback", 0), else_=1), labels.c.at)
    )
    found = connection.execute(query).all()
    mine = _of_cohort(connection, cohort, sorted({row.episode_id for row in found}))
    return {
        row.about: row.verdict != "right" or row.shown not in row.entries
        for row in found
        if row.episode_id in mine
    }


def _of_cohort(connection: Connection, cohort: Cohort, ids: Sequence[str]) -> set[str]:
    """Those of these episodes that are in the cohort."""
    found: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        query = of_conversations(select(table.c.id)).where(table.c.id.in_(some), cohort.where())
        found.update(connection.execute(query).scalars())
    return found


@dataclass(frozen=True, slots=True)
class Group:
    """Episodes that share a value of `keys` and an outcome."""

    keys: tuple[Any, ...]
    outcome: str
    part: str | None
    episodes: int


def by_answer(connection: Connection, cohort: Cohort) -> list[Group]:
    """By (topic, entry) of the last question's answer; both None where nothing answered it."""
    return _groups(connection, cohort, table.c.topic, table.c.entry)


def by_hour(connection: Connection, cohort: Cohort) -> list[Group]:
    """By the hour of the day on which they started."""
    return _groups(connection, cohort, table.c.started_hour)


def _groups(connection: Connection, cohort: Cohort, *keys: Any) -> list[Group]:
    outcome = cohort.outcome()
    query = (
        of_conversations(select(*keys, outcome, table.c.part, func.count()))
        .where(cohort.where())
        .group_by(*keys, outcome, table.c.part)
    )
    return [Group(tuple(row[: len(keys)]), *row[len(keys) :]) for row in connection.execute(query)]
