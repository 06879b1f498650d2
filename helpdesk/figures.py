"""What a report is made of. A rate never comes without its n, and small n give no percentage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil

from helpdesk.intervals import wilson
from helpdesk.outcomes import JUDGED, RESOLVED

SMALLEST_N = 30


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
    """What the rates of a day are made of. `repeated`: of the resolved ones, those followed by
    another about the same within 72 hours; `durable` is None for a day that is younger than that.
    """

    day: date
    outcomes: Mapping[str, int]
    unattended: int = 0
    questions: int = 0
    unanswered: int = 0
    repeated: int | None = None
    content: int = 0
    rated: int = 0

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
            case "csat":
                return Rate(self.content, self.rated)
        return Rate(0, 0)


DAILY = (
    "self_resolution",
    "confirmed",
    "durable",
    "unresolved",
    "handoff",
    "unattended",
    "no_answer",
    "csat",
)
"""The rates that each day has."""


def total(figure: str, days: Iterable[DayCounts]) -> Rate:
    """Of all these days together."""
    rates = [day.rate(figure) for day in days]
    return Rate(sum(rate.hits for rate in rates), sum(rate.n for rate in rates))


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


@dataclass(frozen=True, slots=True)
class Report:
    """Episodes started from `start` to `end` (both included) in `time_zone`.

    `outcomes` has every key of `helpdesk.outcomes.OUTCOMES`, `handed_off_parts` attended,
    unattended and contact_left, `reasons` why people were asked for (of the episodes handed off).
    `rule_versions` are the versions of the outcome rule the counted episodes were judged by.
    `durable`: of the episodes that are older than 72 hours, how many were resolved and not followed
    by another about the same within 72 hours; `durable_until` is the last day that is in it.
    `wrong_answer`: of the answers that customers or the team judged. `times`: by
    `helpdesk.store.peoples_times.MEASURES`, of chats.
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
    wrong_answer: Rate
    handoff: Rate
    unattended: Rate
    no_answer: Rate
    csat: Rate
    nps: float | None
    nps_n: int
    times: Mapping[str, Times]
    days: tuple[DayCounts, ...]
