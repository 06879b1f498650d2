"""What a report is made of. A rate never comes without its n, and small n give no percentage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil

from helpdesk.intervals import wilson
from helpdesk.outcomes import JUDGED, RESOLVED

SMALLEST_N = 30
DURABLE_HOURS = 72
CONTENT = (4, 5)
"""Of five."""
PROMOTERS, DETRACTORS = (9, 10), range(7)


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `n`. `value`, `low` and `high` (Wilson 95 %) are 0..1, None when n < 30."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n >= SMALLEST_N else None

    @property
    def low(self) -> float | None:
        return wilson(self.hits, self.n)[0] if self.n >= SMALLEST_N else None

    @property
    def high(self) -> float | None:
        return wilson(self.hits, self.n)[1] if self.n >= SMALLEST_N else None


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What the figures of a day are made of. `repeated`: of the resolved ones, those followed by
    another about the same within 72 hours, None for a day that is younger than that; `content`:
    ratings of 4 or 5; `nps` and `times` (by measure, in seconds): how many gave or took so much.
    """

    day: date
    outcomes: Mapping[str, int]
    unattended: int = 0
    questions: int = 0
    unanswered: int = 0
    repeated: int | None = None
    judged: int = 0
    wrong: int = 0
    content: int = 0
    rated: int = 0
    surveyed: int = 0
    nps: Mapping[int, int] = field(default_factory=dict)
    times: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    @property
    def resolved(self) -> Rate:
        """The self-resolution of the day."""
        return self.rate("self_resolution")

    def rate(self, figure: str) -> Rate:
        """One of `DAILY`; 0 of 0 for what a day cannot have."""
        of = self.outcomes
        resolved = sum(of[name] for name in RESOLVED)
        judged = sum(of[name] for name in JUDGED)
        match figure:
            case "self_resolution":
                return Rate(resolved, judged)
            case "confirmed":
                return Rate(of["confirmed"], judged)
            case "durable" if self.repeated is not None:
                return Rate(resolved - self.repeated, judged)
            case "unresolved":
                return Rate(of["unresolved"], judged)
            case "handoff":
                return Rate(of["handed_off"], judged)
            case "unattended":
                return Rate(self.unattended, of["handed_off"])
            case "no_answer":
                return Rate(self.unanswered, self.questions)
            case "wrong_answer":
                return Rate(self.wrong, self.judged)
            case "csat":
                return Rate(self.content, self.rated)
            case "responded":
                return Rate(self.rated, self.surveyed)
        return Rate(0, 0)


DAILY = (
    "self_resolution",
    "confirmed",
    "durable",
    "unresolved",
    "handoff",
    "unattended",
    "no_answer",
    "wrong_answer",
    "csat",
    "responded",
)
"""The rates that each day has."""


def total(figure: str, days: Iterable[DayCounts]) -> Rate:
    """Of all these days together."""
    rates = [day.rate(figure) for day in days]
    return Rate(sum(rate.hits for rate in rates), sum(rate.n for rate in rates))


@dataclass(frozen=True, slots=True)
class Nps:
    """Promoters (9, 10) minus detractors (0-6) of `n` ratings, -100 to 100; None when n < 30."""

    n: int
    value: float | None


def nps(given: Mapping[int, int]) -> Nps:
    """From how many gave which rating."""
    n = sum(given.values())
    if n < SMALLEST_N:
        return Nps(n, None)
    promoters = sum(given.get(rating, 0) for rating in PROMOTERS)
    detractors = sum(given.get(rating, 0) for rating in DETRACTORS)
    return Nps(n, 100 * (promoters - detractors) / n)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: half of `n` took at most `median`, nine of ten at most `p90`; None without any."""

    n: int
    median: float | None
    p90: float | None


def times(chats: Mapping[int, int]) -> Times:
    """From how many took so many seconds. Nearest rank: each figure is one that was measured."""
    n = sum(chats.values())
    if not n:
        return Times(0, None, None)

    def rank(share: float) -> float:
        left = ceil(share * n)
        for seconds in sorted(chats):
            left -= chats[seconds]
            if left <= 0:
                return seconds
        raise AssertionError("the ranks end before the chats do")

    return Times(n, rank(0.5), rank(0.9))


def nps_of(days: Iterable[DayCounts]) -> Nps:
    return nps(_added(day.nps for day in days))


def times_of(measure: str, days: Iterable[DayCounts]) -> Times:
    return times(_added(day.times.get(measure, {}) for day in days))


def _added(tallies: Iterable[Mapping[int, int]]) -> Counter[int]:
    found: Counter[int] = Counter()
    for tally in tallies:
        found.update(tally)
    return found


@dataclass(frozen=True, slots=True)
class Report:
    """Episodes started from `start` to `end` (both included) in `time_zone`.

    `outcomes` has every key of `helpdesk.outcomes.OUTCOMES`, `handed_off_parts` attended,
    unattended and contact_left, `reasons` why people were asked for (of the episodes handed off).
    `rule_versions` are the versions of the outcome rule the counted episodes were judged by.
    `durable`: of the episodes that are older than 72 hours, how many were resolved and not followed
    by another about the same within 72 hours; `durable_until` is the last day that is in it.
    `repeats`: by hours, how many resolved ones have been followed so within them, so far.
    `wrong_answer`: of the answers that customers or the team judged. `responded`: of those who were
    asked for a rating. `times`: by `helpdesk.store.peoples_times.MEASURES`, of chats.
    `engaged` is the number of episodes in the partition without small_talk;
    `excluded` counts test, staff, health-check and crawler episodes, which are in no other figure.
    """

    start: date
    end: date
    time_zone: str
    language: str | None
    site: str | None
    rule_version: int
    rule_versions: tuple[int, ...]
    engaged: int
    outcomes: Mapping[str, int]
    handed_off_parts: Mapping[str, int]
    reasons: Mapping[str, int]
    excluded: int
    self_resolution: Rate
    confirmed: Rate
    unresolved: Rate
    durable: Rate
    durable_until: date
    repeats: Mapping[int, int]
    wrong_answer: Rate
    handoff: Rate
    unattended: Rate
    no_answer: Rate
    csat: Rate
    responded: Rate
    nps: Nps
    times: Mapping[str, Times]
    days: tuple[DayCounts, ...]
