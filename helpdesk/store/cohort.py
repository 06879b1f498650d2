"""Which episodes a report is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    false,
    literal,
    not_,
    or_,
    select,
)

from helpdesk.store.tables import conversations
from helpdesk.store.tables import episodes as table

CUSTOMERS = "customer"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Cohort:
    """Which episodes: started from start to end (team's days), active since `cut` are open.

    `days`: only these of them. `person`: "known" is who is signed in at the site or has written
    before in the same conversation, "new" everybody else. `pages`: how their addresses begin.
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
    pages: tuple[str, ...] | None = None
    days: tuple[date, ...] | None = None
    holdout: str | None = None
    channel: str | None = None
    hour: int | None = None

    def where(self) -> ColumnElement[bool]:
        traffic = conversations.c.traffic
        return and_(
            table.c.started_on.between(self.start, self.end)
            if self.days is None
            else within(table.c.started_on, stretches(self.days)),
            traffic != CUSTOMERS if self.excluded else traffic == CUSTOMERS,
            *self.of_conversation(conversations.c),
            *self.of_episode(),
        )

    @property
    def is_detailed(self) -> bool:
        """The kept counts of a day do not know of this: its episodes are counted one by one."""
        parts = (self.topic, self.entries, self.person, self.pages, self.holdout, self.channel)
        return any(parts) or self.hour is not None

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
        if self.pages is not None:
            page = conversations.c.page
            parts.append(or_(*(page.startswith(each, autoescape=True) for each in self.pages)))
        if self.person is not None:
            known = or_(conversations.c.customer.is_not(None), table.c.number > 1)
            parts.append(known if self.person == "known" else not_(known))
        if self.hour is not None:
            parts.append(table.c.started_hour == self.hour)
        if self.channel is not None:
            parts.append(conversations.c.channel == self.channel)
        if self.holdout is not None:
            parts.append(table.c.holdout == self.holdout)
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


def stretches(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days in order as first and last days of stretches without a gap."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def within(column: Any, stretches: list[tuple[date, date]]) -> ColumnElement[bool]:
    if not stretches:
        return false()
    # Nothing else in it: beside a constant, SQLite would read all rows instead of its index.
    return or_(*(column.between(first, last) for first, last in stretches))


def of_conversations(query: Select[Any]) -> Select[Any]:
    return query.select_from(table).join(
        conversations, conversations.c.id == table.c.conversation_id
    )


def of_cohort(
    connection: Connection, cohort: Cohort, ids: Sequence[str], *more: ColumnElement[bool]
) -> set[str]:
    """Those of these episodes that are in the cohort."""
    found: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        query = of_conversations(select(table.c.id)).where(
            table.c.id.in_(some), cohort.where(), *more
        )
        found.update(connection.execute(query).scalars())
    return found
