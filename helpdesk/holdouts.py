"""Registering a holdout, and its result once it is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from helpdesk.access import must_plan
from helpdesk.book import Book
from helpdesk.database import Connection
from helpdesk.errors import BadInput, Conflict
from helpdesk.figures import Report
from helpdesk.holdout import MEASURES, Arm, Holdout, OtherAnswer, Result, result
from helpdesk.ids import new_id
from helpdesk.plans import LONGEST_TITLE
from helpdesk.store import holdouts as store
from helpdesk.text import clean
from helpdesk.types import Staff

if TYPE_CHECKING:
    from faq_index.live import LiveIndex
    from helpdesk.reports import Reports

SHORTEST_DAYS, LONGEST_DAYS = 7, 182
SMALLEST_SHARE, LARGEST_SHARE = 0.01, 0.5


@dataclass(frozen=True, slots=True)
class Registered:
    """`result` only when its last day is over and it was not stopped."""

    holdout: Holdout
    is_running: bool
    result: Result | None


class Holdouts:
    def __init__(self, book: Book, live: LiveIndex, reports: Reports) -> None:
        self._book = book
        self._live = live
        self._reports = reports

    async def register(
        self,
        staff: Staff,
        title: str,
        share: float,
        other: float | OtherAnswer,
        figure: str,
        ends: date,
    ) -> None:
        """Begin one today. Raises BadInput naming the field, Conflict while another one runs."""
        must_plan(staff)
        words, today = clean(title), self._today()
        if not 0 < len(words) <= LONGEST_TITLE:
            raise BadInput(f"title must have 1 to {LONGEST_TITLE} characters.")
        if not SMALLEST_SHARE <= share <= LARGEST_SHARE:
            raise BadInput("share must be from 1 to 50 percent.")
        other = self._checked(other)
        if figure not in MEASURES:
            raise BadInput(f"figure must be one of {', '.join(MEASURES)}.")
        if not SHORTEST_DAYS <= (ends - today).days + 1 <= LONGEST_DAYS:
            raise BadInput(f"ends must leave {SHORTEST_DAYS} to {LONGEST_DAYS} days.")
        new = Holdout(new_id(), words, share, other, figure, today, ends, staff.name)
        now = self._book.clock()

        def transaction(connection: Connection) -> None:
            for other in store.registered(connection):
                if other.stopped_at is None and other.ends >= today:
                    raise Conflict(f"'{other.title}' runs until {other.ends}.")
            store.add(connection, new, staff.id, now)

        await self._book.insert(transaction)

    def _checked(self, other: float | OtherAnswer) -> float | OtherAnswer:
        # The library takes a second to load, and most processes register nothing.
        from faq_index.faq_file import MAX_ANSWER

        if not isinstance(other, OtherAnswer):
            if not 0 < other < 1:
                raise BadInput("threshold must be more than 0 and less than 100 percent.")
            return other
        known = self._live.current.entry(other.entry, other.language)
        if known is None or known.language != other.language:
            raise BadInput(f"entry must be one that the FAQ has in the language {other.language}.")
        text = other.text.strip()
        if not 0 < len(text) <= MAX_ANSWER:
            raise BadInput(f"answer must have 1 to {MAX_ANSWER} characters.")
        return replace(other, text=text)

    async def stop(self, staff: Staff, holdout_id: str) -> None:
        """End it early, for good; it has no result then."""
        must_plan(staff)
        now = self._book.clock()
        await self._book.insert(lambda c: store.stop(c, holdout_id, now))

    async def registered(self) -> list[Registered]:
        today = self._today()
        return [
            Registered(each, each.is_running(today), await self._result(each, today))
            for each in await self._book.read(store.registered)
        ]

    async def _result(self, holdout: Holdout, today: date) -> Result | None:
        if holdout.stopped_at is not None or today <= holdout.ends:
            return None
        usual, other = [await self._arm(holdout, arm) for arm in ("usual", "other")]
        return result(holdout.figure, usual.days, other.days)

    async def _arm(self, holdout: Holdout, arm: Arm) -> Report:
        mark = holdout.mark(arm)
        return await self._reports.report(holdout.begins, holdout.ends, holdout=mark)

    def _today(self) -> date:
        return self._book.clock().astimezone(self._book.settings.time_zone).date()
