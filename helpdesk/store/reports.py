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
    Subquery,
    and_,
    func,
    literal,
    or_,
    select,
    union_all,
)

from helpdesk.store import report_days
from helpdesk.store.cohort import CUSTOMERS, Cohort, of_conversations, stretches, within
from helpdesk.store.report_tables import report_counts
from helpdesk.store.tables import conversations
from helpdesk.store.tables import episodes as table
from helpdesk.types import Conversation, EpisodeRow

_SUMS = ("questions", "unanswered")


@dataclass(frozen=True, slots=True)
class Count:
    day: date
    outcome: str
    part: str | None
    rule_version: int
    repeat_within: int | None
    episodes: int
    questions: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Answers:
    """Episodes that share why a person was asked for and what their customers rated."""

    excluded: bool
    outcome: str
    reason: str | None
    csat: int | None
    nps: int | None
    episodes: int


def counts(connection: Connection, cohort: Cohort) -> list[Count]:
    facts = _facts(connection, cohort)
    names = ("started_on", "outcome", "part", "rule_version", "repeat_within")
    keys = tuple(facts.c[name] for name in names)
    query = (
        select(*keys, *(func.sum(facts.c[name]) for name in ("episodes", *_SUMS)))
        .where(facts.c.traffic == CUSTOMERS)
        .group_by(*keys)
    )
    return [
        Count(*row[: len(keys)], *(int(number) for number in row[len(keys) :]))
        for row in connection.execute(query)
    ]


def answers(connection: Connection, cohort: Cohort) -> list[Answers]:
    facts = _facts(connection, cohort)
    excluded = facts.c.traffic != CUSTOMERS
    keys = (facts.c.outcome, facts.c.handoff_reason, facts.c.csat, facts.c.nps)
    query = select(excluded, *keys, func.sum(facts.c.episodes)).group_by(excluded, *keys)
    return [
        Answers(bool(left_out), outcome, reason, csat, nps, int(episodes))
        for left_out, outcome, reason, csat, nps, episodes in connection.execute(query)
    ]


def _facts(connection: Connection, cohort: Cohort) -> Subquery:
    """Counts of the days that are kept, and the episodes of all others as counts of one."""
    days = cohort.chosen_days()
    kept: set[date] = set()
    if not cohort.is_detailed:
        kept = report_days.kept(connection, cohort.start, cohort.end) & set(days)
    stored = select(
        report_counts.c.day.label("started_on"),
        report_counts.c.traffic,
        *(report_counts.c[key] for key in report_days.KEYS),
        report_counts.c.episodes,
        *(report_counts.c[name] for name in _SUMS),
    ).where(
        within(report_counts.c.day, stretches(sorted(kept))),
        *cohort.of_conversation(report_counts.c),
    )
    others = sorted(set(days) - kept)
    live = of_conversations(
        select(
            table.c.started_on,
            conversations.c.traffic,
            cohort.outcome().label("outcome"),
            *(table.c[key] for key in report_days.KEYS if key != "outcome"),
            literal(1).label("episodes"),
            *(table.c[name] for name in _SUMS),
        )
    ).where(
        within(table.c.started_on, stretches(others)),
        *cohort.of_conversation(conversations.c),
        *cohort.of_episode(),
    )
    return union_all(stored, live).subquery()


def rows(
    connection: Connection,
    cohort: Cohort,
    *,
    outcome: str | None,
    part: str | None,
    reason: str | None,
    repeated: int | None,
    limit: int,
    after: str | None,
) -> list[EpisodeRow]:
    query = episode_rows(cohort).where(cohort.where())
    if outcome is not None:
        query = query.where(cohort.outcome() == outcome)
    if part is not None:
        query = query.where(table.c.part == part)
    if reason is not None:
        query = query.where(table.c.handoff_reason == reason)
    if repeated is not None:
        query = query.where(table.c.repeat_within <= repeated)
    if after is not None:
        query = query.where(older_than(connection, after))
    query = query.order_by(table.c.started_at.desc(), table.c.id.desc()).limit(limit)
    return [episode_row(row) for row in connection.execute(query)]


def row(connection: Connection, episode_id: str, cut: datetime) -> EpisodeRow | None:
    anything = Cohort(date.min, date.max, cut)
    found = connection.execute(episode_rows(anything).where(table.c.id == episode_id)).one_or_none()
    return None if found is None else episode_row(found)


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
        episode_rows(Cohort(date.min, date.max, cut))
        .where(same, conversations.c.site == conversation.site, table.c.started_at < before)
        .order_by(table.c.started_at.desc())
        .limit(limit)
    )
    return [episode_row(row) for row in connection.execute(query)]


def earlier_in(
    connection: Connection, conversation_id: str, before: datetime, cut: datetime, limit: int
) -> Sequence[EpisodeRow]:
    query = (
        episode_rows(Cohort(date.min, date.max, cut))
        .where(table.c.conversation_id == conversation_id, table.c.started_at < before)
        .order_by(table.c.started_at.desc())
        .limit(limit)
    )
    return [episode_row(row) for row in connection.execute(query)]


def older_than(connection: Connection, episode_id: str) -> ColumnElement[bool]:
    at = connection.execute(
        select(table.c.started_at).where(table.c.id == episode_id)
    ).scalar_one_or_none()
    if at is None:
        return literal(False)
    return or_(table.c.started_at < at, and_(table.c.started_at == at, table.c.id < episode_id))


def episode_rows(cohort: Cohort) -> Select[Any]:
    return of_conversations(
        select(
            table,
            cohort.outcome().label("outcome_now"),
            conversations.c.language,
            conversations.c.site,
            conversations.c.page,
            conversations.c.traffic,
        )
    )


def episode_row(row: Row[Any]) -> EpisodeRow:
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
