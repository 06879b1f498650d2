"""Plan, do, check, act: what is assumed, aimed at and tried, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from helpdesk.access import must_plan
from helpdesk.book import Book
from helpdesk.change import Change, compare, window
from helpdesk.database import Connection
from helpdesk.errors import BadInput
from helpdesk.figures import DAILY, Report
from helpdesk.ids import new_id
from helpdesk.loyalty import is_currency
from helpdesk.store import plans as store
from helpdesk.store.peoples_times import MEASURES
from helpdesk.store.plans import Initiative, Target
from helpdesk.text import clean
from helpdesk.types import Staff

if TYPE_CHECKING:
    from helpdesk.reports import Reports

FIGURES = (*DAILY, "nps", *MEASURES)
"""Those that can be aimed at."""

LESS_IS_BETTER = frozenset(
    {"unresolved", "handoff", "unattended", "no_answer", "wrong_answer", *MEASURES}
)
LONGEST_TITLE = 200
DEAREST = 1_000_000
LONGEST_TIME = 24 * 3600


@dataclass(frozen=True, slots=True)
class Assumptions:
    """`would_contact`: the share of self-resolved customers who would otherwise have contacted a
    person; `cost`: of one such contact, in `currency`. None: nobody has said so yet."""

    would_contact: float | None = None
    cost: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Deflected:
    """Contacts and what they would have cost; `low` is counted from the confirmed ones alone."""

    contacts: float
    low: float
    saved: float | None


@dataclass(frozen=True, slots=True)
class Tried:
    initiative: Initiative
    change: Change | None


class Plans:
    def __init__(self, book: Book, reports: Reports) -> None:
        self._book = book
        self._reports = reports

    async def assumptions(self) -> Assumptions:
        return Assumptions(**await self._book.read(store.assumed))

    async def assume(
        self, staff: Staff, would_contact: float | None, cost: float | None, currency: str
    ) -> None:
        """Raises BadInput naming the field. None takes an assumption back."""
        must_plan(staff)
        if would_contact is not None and not 0 <= would_contact <= 1:
            raise BadInput("would_contact must be between 0 and 100 percent.")
        if cost is not None and not 0 <= cost <= DEAREST:
            raise BadInput(f"cost must be from 0 to {DEAREST}.")
        if currency and not is_currency(currency):
            raise BadInput("currency must be three capital letters such as JPY.")
        if cost is not None and not currency:
            raise BadInput("currency must be given with cost.")
        values = {"would_contact": would_contact, "cost": cost, "currency": currency or None}
        now = self._book.clock()

        def transaction(connection: Connection) -> None:
            for name, value in values.items():
                if value is None:
                    store.forget(connection, name)
                else:
                    store.assume(connection, name, value, staff.id, now)

        await self._book.insert(transaction)

    async def targets(self) -> list[Target]:
        return list(await self._book.read(store.aims))

    async def aim(self, staff: Staff, figure: str, value: float, due: date) -> None:
        """`value`: as `store.plans.Target` has it. Raises BadInput naming the field."""
        must_plan(staff)
        if figure not in FIGURES:
            raise BadInput(f"figure must be one of {', '.join(FIGURES)}.")
        if figure == "nps" and not -100 <= value <= 100:
            raise BadInput("value must be from -100 to 100 points.")
        if figure in MEASURES and not 0 < value <= LONGEST_TIME:
            raise BadInput("value must be more than 0 minutes and at most a day.")
        if figure in DAILY and not 0 < value <= 1:
            raise BadInput("value must be more than 0 and at most 100 percent.")
        target = Target(new_id(), figure, value, due, staff.name)
        now = self._book.clock()
        await self._book.insert(lambda c: store.aim(c, target, staff.id, now))

    async def drop_target(self, staff: Staff, target_id: str) -> None:
        must_plan(staff)
        await self._book.insert(lambda c: store.drop_target(c, target_id))

    async def begin(
        self,
        staff: Staff,
        title: str,
        started_on: date,
        entries: tuple[str, ...] = (),
        pages: tuple[str, ...] = (),
    ) -> None:
        """Write down what was changed. Raises BadInput for an empty or too long title."""
        must_plan(staff)
        words = clean(title)
        if not 0 < len(words) <= LONGEST_TITLE:
            raise BadInput(f"title must have 1 to {LONGEST_TITLE} characters.")
        initiative = Initiative(new_id(), words, started_on, entries, pages, staff.name)
        now = self._book.clock()
        await self._book.insert(lambda c: store.begin(c, initiative, staff.id, now))

    async def drop_initiative(self, staff: Staff, initiative_id: str) -> None:
        must_plan(staff)
        await self._book.insert(lambda c: store.drop_initiative(c, initiative_id))

    async def initiatives(self) -> list[Initiative]:
        return list(await self._book.read(store.tried))

    async def tried(self) -> list[Tried]:
        """Each initiative with what came of it; without in its first week."""
        found = []
        for initiative in await self.initiatives():
            change = await self.effect(initiative.started_on, initiative.entries, initiative.pages)
            found.append(Tried(initiative, change))
        return found

    async def effect(
        self, changed: date, entries: tuple[str, ...], pages: tuple[str, ...] = ()
    ) -> Change | None:
        """Self-resolution before and after a day; of the episodes that `entries` answered last and
        that began on `pages`."""
        today = self._book.clock().astimezone(self._book.settings.time_zone).date()
        of = window(changed, today)
        if of is None:
            return None
        report = await self._reports.report(
            of.start, of.end, entries=entries or None, pages=pages or None
        )
        return compare(report.days, of)


def deflected(report: Report, assumed: Assumptions) -> Deflected | None:
    """None while nobody has said which share would have contacted a person."""
    if assumed.would_contact is None:
        return None
    contacts = report.self_resolution.hits * assumed.would_contact
    low = report.confirmed.hits * assumed.would_contact
    return Deflected(contacts, low, None if assumed.cost is None else contacts * assumed.cost)
