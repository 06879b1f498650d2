"""The counts of a report: GROUP BY over settled episodes, and the episodes behind each count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
)

from helpdesk.figures import CONTENT, DURABLE_HOURS
from helpdesk.store import report_days
from helpdesk.store.cohort import CUSTOMERS, Cohort, of_conversations, stretches, within
from helpdesk.store.repeats import WINDOWS
from helpdesk.store.report_tables import report_counts
from helpdesk.store.tables import conversations
from helpdesk.store.tables import episodes as table
from helpdesk.types import Conversation, EpisodeRow


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
    judged: int
    wrong: int
    surveyed: int


@dataclass(slots=True)
class Facts:
    """`kept`: days that were taken from their counts, and need not be counted again; `excluded`:
    episodes of tests, staff and the like, which are in nothing else; `reasons`: why people were
    asked for, of the episodes handed off; `csat`, `nps`: by day, how many gave which rating."""

    kept: set[date]
    counts: list[Count] = field(default_factory=list)
    excluded: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    csat: dict[date, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    nps: dict[date, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))


_KEYS = (
    "started_on",
    "outcome",
    "part",
    "rule_version",
    "repeat_within",
    "handoff_reason",
    "csat",
    "nps",
)
_SUMMED = ("episodes", *report_days.SUMS)


def facts(connection: Connection, cohort: Cohort) -> Facts:
    """From the counts of the days that are kept, and from the episodes of all others.

    One scan of each: what is asked of the groups is so different that they are told apart here.
    """
    days = cohort.chosen_days()
    kept: set[date] = set()
    if not cohort.is_detailed:
        kept = report_days.kept(connection, cohort.start, cohort.end) & set(days)
    others = sorted(set(days) - kept)
    queries = [_kept(cohort, sorted(kept))] if kept else []
    queries += [_live(cohort, others)] if others else []
    found = Facts(kept)
    sums: dict[tuple[Any, ...], list[int]] = {}
    for query in queries:
        # A year is ten thousand groups: whatever is done for each of them is felt.
        for row in connection.execute(query).all():
            excluded, day, outcome, part, rule, repeat, reason, csat, nps, *summed = row
            episodes = int(summed[0])
            if excluded:
                found.excluded += episodes
                continue
            total = sums.setdefault((day, outcome, part, rule, repeat), [0] * len(_SUMMED))
            for place, number in enumerate(summed):
                total[place] += int(number)
            if reason is not None and outcome == "handed_off":
                found.reasons[reason] += episodes
            if csat is not None:
                found.csat[day][csat] += episodes
            if nps is not None:
                found.nps[day][nps] += episodes
    found.counts = [Count(*key, *total) for key, total in sums.items()]
    return found


def _kept(cohort: Cohort, days: list[date]) -> Select[Any]:
    counts = report_counts.c
    columns = {name: counts[name] for name in (*report_days.KEYS, *report_days.SUMS)}
    columns["started_on"] = counts.day
    query = _grouped(columns, counts.traffic, counts.episodes, select)
    return query.where(within(counts.day, stretches(days)), *cohort.of_conversation(counts))


def _live(cohort: Cohort, days: list[date]) -> Select[Any]:
    columns: dict[str, Any] = {name: table.c[name] for name in (*_KEYS, *report_days.SUMS)}
    columns["outcome"] = cohort.outcome()
    traffic = conversations.c.traffic
    query = _grouped(columns, traffic, literal(1), lambda *c: of_conversations(select(*c)))
    return query.where(
        within(table.c.started_on, stretches(days)),
        *cohort.of_conversation(conversations.c),
        *cohort.of_episode(),
    )


def _grouped(
    columns: Mapping[str, Any], traffic: Any, episodes: Any, chosen: Callable[..., Select[Any]]
) -> Select[Any]:
    keys = [traffic != CUSTOMERS, *(columns[name] for name in _KEYS)]
    summed = [func.sum(each) for each in (episodes, *(columns[name] for name in report_days.SUMS))]
    return chosen(*keys, *summed).group_by(*keys)


HAVING: Mapping[str, ColumnElement[bool]] = {
    **{f"repeated_{hours}": table.c.repeat_within <= hours for hours in WINDOWS},
    "durable": or_(table.c.repeat_within.is_(None), table.c.repeat_within > DURABLE_HOURS),
    "unanswered": table.c.unanswered > 0,
    "judged": table.c.judged > 0,
    "wrong": table.c.wrong > 0,
    "surveyed": table.c.surveyed > 0,
    "rated": table.c.csat.is_not(None),
    "content": table.c.csat.in_(CONTENT),
    "recommended": table.c.nps.is_not(None),
}
"""What the episodes behind a figure have, besides an outcome."""


def rows(
    connection: Connection,
    cohort: Cohort,
    *,
    outcome: str | None,
    part: str | None,
    reason: str | None,
    having: str | None,
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
    if having is not None:
        query = query.where(HAVING[having])
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
