"""What a report is made of. A rate never comes without its n, and small n give no percentage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from helpdesk.intervals import wilson

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
    day: date
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """Episodes started from `start` to `end` (both included) in `time_zone`.

    `outcomes` has every key of `helpdesk.outcomes.OUTCOMES`, `handed_off_parts` attended,
    unattended and contact_left, `reasons` why people were asked for (of the episodes handed off).
    `rule_versions` are the versions of the outcome rule the counted episodes were judged by.
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
    handoff: Rate
    unattended: Rate
    no_answer: Rate
    csat: Rate
    nps: float | None
    nps_n: int
    days: tuple[DayCounts, ...]
