"""The counts of a report: GROUP BY over settled episodes, and the episodes behind each count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from helpdesk.store import report_days
from helpdesk.store.report_tables import report_counts
from helpdesk.store.tables import conversations, handoffs, labels, messages
from helpdesk.store.tables import episodes as table
from helpdesk.types import Conversation, EpisodeRow

CUSTOMERS = "customer"
_SUMS = ("questions", "unanswered")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Cohort:
    """Which episodes: started from start to end (team's days), active since `cut` are open.

    `days`: only these of them. `person`: "known" is who is signed in at the site or has written
    before in the same conversation, "new" everybody else. `page`: how its address begins.
    """

    start: date
    end: date
    cut: datetime
    language: str | None = None
    site: str | None = None
    excluded: bool = False
    topic: str | None = None
    entries: tuple[str, ...] | None = None
    person: str | None = None
    page: str | None = None
    days: tuple[date, ...] | None = None

    def where(self) -> ColumnElement[bool]:
        traffic = conversations.c.traffic
        return and_(
            table.c.started_on.between(self.start, self.end)
            if self.days is None
            else _within(table.c.started_on, _stretches(self.days)),
            traffic != CUSTOMERS if self.excluded else traffic == CUSTOMERS,
            *self.of_conversation(conversations.c),
            *self.of_episode(),
        )

    @property
    def is_detailed(self) -> bool:
        """The kept counts of a day do not know of this: its episodes are counted one by one."""
        return any((self.topic, self.entries, self.person, self.page))

    def chosen_days(self) -> list[date]:
        if self.days is not None:
            return list(self.days)
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]

    def of_episode(self) -> list[ColumnElement[bool]]:
        parts = []
        if self.topic is not None:
            parts.append(table.c.topic == self.topic)
        if self.entries is not None:
            parts.append(table.c.entry.in_(self.entries))
        if self.page is not None:
            parts.append(conversations.c.page.startswith(self.page, autoescape=True))
        if self.person is not None:
            known = or_(conversations.c.customer.is_not(None), table.c.number > 1)
            parts.append(known if self.person == "known" else not_(known))
        return parts

    def of_conversation(self, columns: Any) -> list[ColumnElement[bool]]:
        """Of these columns, which have the language and the site among them."""
        parts = []
        if self.language is not None:
            parts.append(columns.language == self.language)
        if self.site is not None:
            parts.append(columns.site == self.site)
        return parts

    def outcome(self) -> ColumnElement[str]:
        return case((table.c.last_at > self.cut, literal("open")), else_=table.c.outcome)


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
        _within(report_counts.c.day, _stretches(sorted(kept))),
        *cohort.of_conversation(report_counts.c),
    )
    others = sorted(set(days) - kept)
    live = _from(
        select(
            table.c.started_on,
            conversations.c.traffic,
            cohort.outcome().label("outcome"),
            *(table.c[key] for key in report_days.KEYS if key != "outcome"),
            literal(1).label("episodes"),
            *(table.c[name] for name in _SUMS),
        )
    ).where(
        _within(table.c.started_on, _stretches(others)),
        *cohort.of_conversation(conversations.c),
        *cohort.of_episode(),
    )
    return union_all(stored, live).subquery()


def _stretches(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days in order as first and last days of stretches without a gap."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _within(column: Any, stretches: list[tuple[date, date]]) -> ColumnElement[bool]:
    return or_(literal(False), *(column.between(first, last) for first, last in stretches))


def peoples_times(connection: Connection, cohort: Cohort) -> list[tuple[float | None, ...]]:
    """(time to person, first response, handle time) of each chat that people were asked for."""
    names = ("time_to_person", "first_response", "handle_time")
    query = (
        _from(select(*(handoffs.c[name] for name in names)))
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
        query = _from(select(table.c.id)).where(table.c.id.in_(some), cohort.where())
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
        _from(select(*keys, outcome, table.c.part, func.count()))
        .where(cohort.where())
        .group_by(*keys, outcome, table.c.part)
    )
    return [Group(tuple(row[: len(keys)]), *row[len(keys) :]) for row in connection.execute(query)]


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
    query = episode_rows(cohort).where(cohort.where())
    if outcome is not None:
        query = query.where(cohort.outcome() == outcome)
    if part is not None:
        query = query.where(table.c.part == part)
    if reason is not None:
        query = query.where(table.c.handoff_reason == reason)
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


def _from(query: Select[Any]) -> Select[Any]:
    return query.select_from(table).join(
        conversations, conversations.c.id == table.c.conversation_id
    )


def episode_rows(cohort: Cohort) -> Select[Any]:
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
