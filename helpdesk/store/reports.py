"""The counts of a report: GROUP BY over settled episodes, and the episodes behind each count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)

from helpdesk.store.tables import conversations
from helpdesk.store.tables import episodes as table
from helpdesk.types import Conversation, EpisodeRow

CUSTOMERS = "customer"


@dataclass(frozen=True, slots=True)
class Cohort:
    """Which episodes: started from start to end (team's days), active since `cut` are open."""

    start: date
    end: date
    cut: datetime
    language: str | None = None
    site: str | None = None
    excluded: bool = False

    def where(self) -> ColumnElement[bool]:
        traffic = conversations.c.traffic
        parts = [
            table.c.started_on.between(self.start, self.end),
            traffic != CUSTOMERS if self.excluded else traffic == CUSTOMERS,
        ]
        if self.language is not None:
            parts.append(conversations.c.language == self.language)
        if self.site is not None:
            parts.append(conversations.c.site == self.site)
        return and_(*parts)

    def outcome(self) -> ColumnElement[str]:
        return case((table.c.last_at > self.cut, literal("open")), else_=table.c.outcome)


@dataclass(frozen=True, slots=True)
class Count:
    day: date
    outcome: str
    part: str | None
    rule_version: int
    episodes: int
    questions: int
    unanswered: int


def counts(connection: Connection, cohort: Cohort) -> list[Count]:
    judged = (
        _from(select(table, cohort.outcome().label("outcome_now"))).where(cohort.where()).subquery()
    )
    keys = (judged.c.started_on, judged.c.outcome_now, judged.c.part, judged.c.rule_version)
    query = select(
        *keys,
        func.count().label("episodes"),
        func.sum(judged.c.questions).label("questions"),
        func.sum(judged.c.unanswered).label("unanswered"),
    ).group_by(*keys)
    return [
        Count(
            row.started_on,
            row.outcome_now,
            row.part,
            row.rule_version,
            row.episodes,
            int(row.questions),
            int(row.unanswered),
        )
        for row in connection.execute(query)
    ]


def reasons(connection: Connection, cohort: Cohort) -> dict[str, int]:
    """Why people were asked for, over the episodes counted as handed_off."""
    query = (
        _from(select(table.c.handoff_reason, func.count()))
        .where(
            cohort.where(),
            cohort.outcome() == "handed_off",
            table.c.handoff_reason.is_not(None),
        )
        .group_by(table.c.handoff_reason)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def ratings(connection: Connection, cohort: Cohort, column: str) -> dict[int, int]:
    """How often each value of `csat` or `nps` was given."""
    value = table.c[column]
    query = (
        _from(select(value, func.count())).where(cohort.where(), value.is_not(None)).group_by(value)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def count(connection: Connection, cohort: Cohort) -> int:
    query = _from(select(func.count())).where(cohort.where())
    return int(connection.execute(query).scalar_one())


def rows(
    connection: Connection,
    cohort: Cohort,
    *,
    outcome: str | None,
    part: str | None,
    reason: str | None,
    limit: int,
    after: str | None,
) -> list[EpisodeRow]:
    query = _rows(cohort).where(cohort.where())
    if outcome is not None:
        query = query.where(cohort.outcome() == outcome)
    if part is not None:
        query = query.where(table.c.part == part)
    if reason is not None:
        query = query.where(table.c.handoff_reason == reason)
    if after is not None:
        query = query.where(_older_than(connection, after))
    query = query.order_by(table.c.started_at.desc(), table.c.id.desc()).limit(limit)
    return [_row(row) for row in connection.execute(query)]


def row(connection: Connection, episode_id: str, cut: datetime) -> EpisodeRow | None:
    anything = Cohort(date.min, date.max, cut)
    found = connection.execute(_rows(anything).where(table.c.id == episode_id)).one_or_none()
    return None if found is None else _row(found)


def earlier(
    connection: Connection,
    conversation: Conversation,
    before: datetime,
    cut: datetime,
    limit: int,
) -> Sequence[EpisodeRow]:
    """Earlier contacts of the same person, newest first: of the customer when she is known, else
    of the same browser as long as nobody had signed in there."""
    if conversation.customer is not None:
        same = conversations.c.customer == conversation.customer
    else:
        same = and_(
            conversations.c.visitor == conversation.visitor, conversations.c.customer.is_(None)
        )
    query = (
        _rows(Cohort(date.min, date.max, cut))
        .where(same, conversations.c.site == conversation.site, table.c.started_at < before)
        .order_by(table.c.started_at.desc())
        .limit(limit)
    )
    return [_row(row) for row in connection.execute(query)]


def earlier_in(
    connection: Connection, conversation_id: str, before: datetime, cut: datetime, limit: int
) -> Sequence[EpisodeRow]:
    query = (
        _rows(Cohort(date.min, date.max, cut))
        .where(table.c.conversation_id == conversation_id, table.c.started_at < before)
        .order_by(table.c.started_at.desc())
        .limit(limit)
    )
    return [_row(row) for row in connection.execute(query)]


def _older_than(connection: Connection, episode_id: str) -> ColumnElement[bool]:
    at = connection.execute(
        select(table.c.started_at).where(table.c.id == episode_id)
    ).scalar_one_or_none()
    if at is None:
        return literal(False)
    return or_(table.c.started_at < at, and_(table.c.started_at == at, table.c.id < episode_id))


def _from(query: Select[Any]) -> Select[Any]:
    return query.select_from(table).join(
        conversations, conversations.c.id == table.c.conversation_id
    )


def _rows(cohort: Cohort) -> Select[Any]:
    return _from(
        select(
            table,
            cohort.outcome().label("outcome_now"),
            conversations.c.language,
            conversations.c.site,
            conversations.c.page,
            conversations.c.traffic,
        )
    )


def _row(row: Row[Any]) -> EpisodeRow:
    return EpisodeRow(
        id=row.id,
        conversation_id=row.conversation_id,
        number=row.number,
        started_at=row.started_at,
        started_on=row.started_on,
        last_at=row.last_at,
        language=row.language,
        site=row.site,
        page=row.page,
        traffic=row.traffic,
        outcome=row.outcome_now,
        part=row.part if row.outcome_now == "handed_off" else None,
        rule_version=row.rule_version,
        questions=row.questions,
        unanswered=row.unanswered,
        first_question=row.first_question,
        csat=row.csat,
    )
