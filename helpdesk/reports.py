"""The figures of a period, as METRICS asks: a partition, rates with n, and the episodes behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from math import ceil
from typing import TypedDict, Unpack

from helpdesk import outcome_store
from helpdesk.audit import VERDICTS, Audited, corrected
from helpdesk.book import Book
from helpdesk.database import Connection
from helpdesk.errors import BadInput, NotFound
from helpdesk.figures import DURABLE_HOURS, Rate, Report
from helpdesk.loyalty import Bought, by_outcome
from helpdesk.outcomes import OUTCOMES, PARTS
from helpdesk.report import compose
from helpdesk.store import (
    audits,
    events,
    handoffs,
    messages,
    peoples_times,
    plans,
    purchases,
    report_days,
    report_groups,
)
from helpdesk.store import reports as store
from helpdesk.store.cohort import Cohort
from helpdesk.store.purchases import Purchase
from helpdesk.types import EpisodeDetail, EpisodeRow, Staff

LONGEST_PERIOD_DAYS = 3 * 366
_DURABLE = timedelta(hours=DURABLE_HOURS)


@dataclass(frozen=True, slots=True)
class Loyalty:
    """`again`: of the people who came, how many did on more than one day."""

    ratings: list[report_groups.Ratings]
    again: Rate
    bought: dict[str, Bought]


class Which(TypedDict, total=False):
    """Which episodes of a period; what is left out or None restricts nothing.

    topic, entries: of the last question's answer. person: "known" or "new". pages: how their
    addresses begin. open_days: only days on which the team is there. holdout: `Holdout.mark` of an
    arm.
    hour: of the team's day at which they started, 0 to 23.
    """

    language: str | None
    site: str | None
    topic: str | None
    entries: tuple[str, ...] | None
    person: str | None
    pages: tuple[str, ...] | None
    open_days: bool
    holdout: str | None
    channel: str | None
    hour: int | None


class Reports:
    """What managers read. A period is from `start` to `end`, both included, in the team's days."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def report(self, start: date, end: date, **which: Unpack[Which]) -> Report:
        cohort = self._cohort(start, end, which)
        zone = self._book.settings.time_zone
        until = (self._book.clock() - _DURABLE).astimezone(zone).date() - timedelta(days=1)

        def read(connection: Connection) -> Report:
            facts = store.facts(connection, cohort)
            times = peoples_times.of_cohort(connection, cohort, facts.kept)
            return compose(cohort, facts, times, time_zone=zone.key, durable_until=until)

        return await self._book.read(read)

    async def last_days(self, days: int) -> Report:
        """Of the days before today."""
        today = self._book.clock().astimezone(self._book.settings.time_zone).date()
        return await self.report(today - timedelta(days=days), today - timedelta(days=1))

    async def compared(
        self, start: date, end: date, **which: Unpack[Which]
    ) -> tuple[Report, Report]:
        """The period, and as many days before: whole weeks back, so that weekdays meet weekdays."""
        back = timedelta(days=7 * ceil(((end - start).days + 1) / 7))
        before = await self.report(start - back, end - back, **which)
        return await self.report(start, end, **which), before

    async def keep_days(self) -> int:
        """Count the days that are over, so that reports need not; returns how many were counted.

        A day is left alone for an hour after its end: clocks differ, and transactions take a while.
        """
        now = self._book.clock()
        ended = (now - timedelta(hours=1)).astimezone(self._book.settings.time_zone).date()
        cut = now - self._book.settings.episode_idle
        days = await self._book.read(lambda c: report_days.to_keep(c, ended))
        return sum([await self._book.insert(partial(_keep_day, day=day, cut=cut)) for day in days])

    async def episodes(
        self,
        start: date,
        end: date,
        outcome: str | None = None,
        *,
        part: str | None = None,
        reason: str | None = None,
        having: str | None = None,
        excluded: bool = False,
        limit: int = 50,
        after: str | None = None,
        **which: Unpack[Which],
    ) -> list[EpisodeRow]:
        """The episodes behind a count of the report, newest first; `after` is the last id seen;
        `having`: one of `helpdesk.store.reports.HAVING`; `excluded` lists the traffic that is left
        out of the report instead."""
        if outcome is not None and outcome not in OUTCOMES:
            raise BadInput(f"outcome must be one of {', '.join(OUTCOMES)}.")
        if part is not None and part not in PARTS:
            raise BadInput(f"part must be one of {', '.join(PARTS)}.")
        if having is not None and having not in store.HAVING:
            raise BadInput(f"having must be one of {', '.join(store.HAVING)}.")
        if not 1 <= limit <= 500:
            raise BadInput("limit must be 1 to 500.")
        # A part or a reason says more of one outcome only; of others it would count wrongly.
        outcome = "handed_off" if part or reason else outcome
        cohort = self._cohort(start, end, which, excluded=excluded)
        return await self._book.read(
            lambda c: store.rows(
                c,
                cohort,
                outcome=outcome,
                part=part,
                reason=reason,
                having=having,
                limit=limit,
                after=after,
            )
        )

    async def episode(self, episode_id: str) -> EpisodeDetail:
        cut = self._book.clock() - self._book.settings.episode_idle

        def read(connection: Connection) -> EpisodeDetail:
            row = store.row(connection, episode_id, cut)
            if row is None:
                raise NotFound("There is no such episode.")
            return EpisodeDetail(
                row,
                messages.of_episode(connection, episode_id),
                events.of_episode(connection, episode_id),
                handoffs.of_episode(connection, episode_id),
            )

        return await self._book.read(read)

    async def groups(
        self, start: date, end: date, **which: Unpack[Which]
    ) -> list[report_groups.Group]:
        """By (topic, entry, hour of the day): for `helpdesk.losses`."""
        cohort = self._cohort(start, end, which)
        return await self._book.read(lambda c: report_groups.groups(c, cohort))

    async def shown(
        self, start: date, end: date, **which: Unpack[Which]
    ) -> dict[str, report_groups.Shown]:
        """How often each entry was shown, and what customers said of it."""
        cohort = self._cohort(start, end, which)
        return await self._book.read(lambda c: report_groups.shown(c, cohort))

    async def loyalty(self, start: date, end: date, **which: Unpack[Which]) -> Loyalty:
        """Ratings by outcome and week, who came again, and what known customers bought after."""
        cohort, now = self._cohort(start, end, which), self._book.clock()
        begin = datetime.combine(start, time(), self._book.settings.time_zone)

        def read(connection: Connection) -> Loyalty:
            people, again = report_groups.persons(connection, cohort)
            contacts = purchases.first_contacts(connection, cohort)
            bought = purchases.since(connection, begin) if contacts else []
            rated = report_groups.ratings(connection, cohort)
            return Loyalty(rated, Rate(again, people), by_outcome(contacts, bought, now))

        return await self._book.read(read)

    async def add_purchases(self, bought: Sequence[Purchase]) -> int:
        """Each once. Returns how many were new."""
        return await self._book.insert(lambda c: purchases.add(c, bought))

    async def audited(self, report: Report, **which: Unpack[Which]) -> Audited:
        """What people who looked say of the silent episodes of a report."""
        cohort = self._cohort(report.start, report.end, which)
        said = await self._book.read(lambda c: audits.verdicts(c, cohort))
        return corrected(report.outcomes, said)

    async def to_judge(self, start: date, end: date) -> str | None:
        """The next silent episode of the random sample, by its id; None when all are judged."""
        cohort = self._cohort(start, end, {})
        return await self._book.read(lambda c: audits.next_unjudged(c, cohort))

    async def judge_silence(self, staff: Staff, episode_id: str, verdict: str) -> None:
        """Say whether a silent customer was helped. Raises BadInput for another word or for an
        episode that is not assumed, NotFound where there is none."""
        if verdict not in VERDICTS:
            raise BadInput(f"verdict must be one of {', '.join(VERDICTS)}.")
        detail = await self.episode(episode_id)
        if detail.row.outcome != audits.ASSUMED:
            raise BadInput("Only an assumed episode is judged.")
        now = self._book.clock()
        await self._book.insert(lambda c: audits.put(c, episode_id, verdict, staff.id, now))

    async def take_week(self, monday: date) -> bool:
        """Of all processes one gets to mail the report of the week before; True for that one."""
        now = self._book.clock()
        return await self._book.insert(lambda c: plans.take_week(c, monday, now))

    async def give_week_back(self, monday: date) -> None:
        """It could not be mailed: somebody may try again."""
        await self._book.insert(lambda c: plans.give_week_back(c, monday))

    async def recompute_outcomes(self, start: date, end: date) -> int:
        """Judge again by today's rule, from the events. Returns how many outcomes changed."""
        return await outcome_store.recompute(self._book, start, end)

    def _cohort(self, start: date, end: date, which: Which, *, excluded: bool = False) -> Cohort:
        if end < start:
            raise BadInput("the period must end on or after the day it starts.")
        if (end - start).days > LONGEST_PERIOD_DAYS:
            raise BadInput("the period must not be longer than three years.")
        if which.get("person") not in (None, "known", "new"):
            raise BadInput("person must be known or new.")
        settings = self._book.settings
        days: tuple[date, ...] | None = None
        if which.get("open_days"):
            hours = settings.hours_of(which.get("site") or "")
            every = (start + timedelta(days=n) for n in range((end - start).days + 1))
            days = tuple(day for day in every if hours.opens_on(day))
        return Cohort(
            start,
            end,
            self._book.clock() - settings.episode_idle,
            which.get("language"),
            which.get("site"),
            excluded,
            which.get("topic"),
            which.get("entries"),
            which.get("person"),
            which.get("pages"),
            days,
            which.get("holdout"),
            which.get("channel"),
            which.get("hour"),
        )


def _keep_day(connection: Connection, day: date, cut: datetime) -> int:
    return int(report_days.keep(connection, day, cut))
