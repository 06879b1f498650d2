"""The figures of a period, as METRICS asks: a partition, rates with n, and the episodes behind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from helpdesk import outcome_store
from helpdesk.book import Book
from helpdesk.database import Connection
from helpdesk.errors import BadInput, NotFound
from helpdesk.figures import DayCounts, Rate, Report
from helpdesk.outcomes import OUTCOMES, PARTS, RULE_VERSION
from helpdesk.store import events, handoffs, messages, report_days
from helpdesk.store import reports as store
from helpdesk.types import EpisodeDetail, EpisodeRow

T = TypeVar("T")

LONGEST_PERIOD_DAYS = 3 * 366


class Reports:
    """What managers read. A period is from `start` to `end`, both included, in the team's days."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def report(
        self, start: date, end: date, *, language: str | None = None, site: str | None = None
    ) -> Report:
        cohort = _cohort(self._book, start, end, language, site)

        def read(connection: Connection) -> Report:
            return _compose(
                cohort,
                store.counts(connection, cohort),
                store.answers(connection, cohort),
                time_zone=self._book.settings.time_zone.key,
            )

        return await self._book.read(read)

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
        language: str | None = None,
        site: str | None = None,
        excluded: bool = False,
        limit: int = 50,
        after: str | None = None,
    ) -> list[EpisodeRow]:
        """The episodes behind a count of the report, newest first; `after` is the last id seen;
        `excluded` lists the traffic that is left out of the report instead."""
        if outcome is not None and outcome not in OUTCOMES:
            raise BadInput(f"outcome must be one of {', '.join(OUTCOMES)}.")
        if part is not None and part not in PARTS:
            raise BadInput(f"part must be one of {', '.join(PARTS)}.")
        if not 1 <= limit <= 500:
            raise BadInput("limit must be 1 to 500.")
        # A part or a reason says more of one outcome only; of others it would count wrongly.
        outcome = "handed_off" if part or reason else outcome
        cohort = _cohort(self._book, start, end, language, site, excluded=excluded)
        return await self._book.read(
            lambda c: store.rows(
                c, cohort, outcome=outcome, part=part, reason=reason, limit=limit, after=after
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

    async def recompute_outcomes(self, start: date, end: date) -> int:
        """Judge again by today's rule, from the events. Returns how many outcomes changed."""
        return await outcome_store.recompute(self._book, start, end)


def _keep_day(connection: Connection, day: date, cut: datetime) -> int:
    return int(report_days.keep(connection, day, cut))


def _cohort(
    book: Book,
    start: date,
    end: date,
    language: str | None,
    site: str | None,
    *,
    excluded: bool = False,
) -> store.Cohort:
    if end < start:
        raise BadInput("the period must end on or after the day it starts.")
    if (end - start).days > LONGEST_PERIOD_DAYS:
        raise BadInput("the period must not be longer than three years.")
    cut = book.clock() - book.settings.episode_idle
    return store.Cohort(start, end, cut, language, site, excluded)


def _compose(
    cohort: store.Cohort, counts: list[store.Count], answers: list[store.Answers], *, time_zone: str
) -> Report:
    included = [group for group in answers if not group.excluded]
    reasons = _tally((g.reason, g.episodes) for g in included if g.outcome == "handed_off")
    csat = _tally((g.csat, g.episodes) for g in included)
    nps = _tally((g.nps, g.episodes) for g in included)
    outcomes = _outcomes(counts)
    parts = _parts(counts)
    resolved = outcomes["confirmed"] + outcomes["assumed"]
    judged = resolved + outcomes["unresolved"] + outcomes["handed_off"]
    return Report(
        start=cohort.start,
        end=cohort.end,
        time_zone=time_zone,
        language=cohort.language,
        site=cohort.site,
        rule_version=RULE_VERSION,
        rule_versions=tuple(sorted({count.rule_version for count in counts})),
        engaged=sum(outcomes.values()) - outcomes["small_talk"],
        outcomes=outcomes,
        handed_off_parts=parts,
        reasons=reasons,
        excluded=sum(group.episodes for group in answers if group.excluded),
        self_resolution=Rate(resolved, judged),
        confirmed=Rate(outcomes["confirmed"], judged),
        handoff=Rate(outcomes["handed_off"], judged),
        unattended=Rate(parts["unattended"], outcomes["handed_off"]),
        no_answer=Rate(
            sum(count.unanswered for count in counts), sum(count.questions for count in counts)
        ),
        csat=Rate(csat.get(4, 0) + csat.get(5, 0), sum(csat.values())),
        nps=_nps(nps),
        nps_n=sum(nps.values()),
        days=_days(counts),
    )


def _outcomes(counts: list[store.Count]) -> dict[str, int]:
    found = dict.fromkeys(OUTCOMES, 0)
    for count in counts:
        found[count.outcome] += count.episodes
    return found


def _tally(groups: Iterable[tuple[T | None, int]]) -> dict[T, int]:
    """How many episodes each value has; those without one are left out."""
    found: dict[T, int] = {}
    for value, episodes in groups:
        if value is not None:
            found[value] = found.get(value, 0) + episodes
    return found


def _parts(counts: list[store.Count]) -> dict[str, int]:
    found = dict.fromkeys(PARTS, 0)
    for count in counts:
        if count.outcome == "handed_off" and count.part:
            found[count.part] += count.episodes
    return found


def _days(counts: list[store.Count]) -> tuple[DayCounts, ...]:
    by_day: dict[date, list[store.Count]] = {}
    for count in counts:
        by_day.setdefault(count.day, []).append(count)
    return tuple(DayCounts(day, _outcomes(by_day[day])) for day in sorted(by_day))


def _nps(ratings: dict[int, int]) -> float | None:
    """Promoters (9, 10) minus detractors (0-6), -100 to 100; None under n = 30."""
    n = sum(ratings.values())
    if Rate(0, n).value is None:
        return None
    promoters = sum(ratings.get(rating, 0) for rating in (9, 10))
    detractors = sum(ratings.get(rating, 0) for rating in range(7))
    return 100 * (promoters - detractors) / n
