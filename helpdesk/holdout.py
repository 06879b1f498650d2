"""A randomised holdout: a share of the visitors gets another threshold, or another answer of one
entry. The difference is proof.

Registered before it begins, and not changed after: the share, what is other, the measure and the
last day. The result is shown when that day is over, not before: whoever looks every day and stops
when she likes what she sees finds a difference in pure chance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from helpdesk.figures import DayCounts, Rate, total
from helpdesk.intervals import difference

Arm = Literal["usual", "other"]

MEASURES = ("self_resolution", "confirmed", "unresolved", "handoff", "no_answer", "csat")
"""What can be registered: rates that every episode counts for at once."""


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """What is said instead of the answer that `entry` has in `language`."""

    entry: str
    language: str
    text: str

    def is_of(self, entry: str, language: str) -> bool:
        return (self.entry, self.language) == (entry, language)


@dataclass(frozen=True, slots=True)
class Holdout:
    """`share` of the visitors (0 to 1) gets what `other` is, a confidence to answer from or another
    answer, the rest what is usual; from `begins` to `ends`, both included. `stopped_at`: ended
    early, so nothing is shown.
    """

    id: str
    title: str
    share: float
    other: float | OtherAnswer
    figure: str
    begins: date
    ends: date
    by: str
    stopped_at: datetime | None = None

    def is_running(self, day: date) -> bool:
        return self.stopped_at is None and self.begins <= day <= self.ends

    def arm_of(self, person: str) -> Arm:
        """The same for the same person, whenever and wherever she comes: by a hash, so nothing has
        to be kept. `person`: her id at the site, else her browser's, else the conversation's."""
        told = hashlib.sha256(f"{self.id}\0{person}".encode("utf-8", "surrogatepass")).digest()
        return "other" if int.from_bytes(told[:8]) < self.share * 2**64 else "usual"

    def mark(self, arm: Arm) -> str:
        """As an episode is stamped with it."""
        return f"{self.id}:{arm}"


@dataclass(frozen=True, slots=True)
class Result:
    """The registered measure of both arms; `low` and `high` of other - usual (95 %), None while
    there are fewer than 30 in an arm."""

    usual: Rate
    other: Rate
    low: float | None = None
    high: float | None = None


def result(figure: str, usual: Iterable[DayCounts], other: Iterable[DayCounts]) -> Result:
    first, second = total(figure, usual), total(figure, other)
    if first.value is None or second.value is None:
        return Result(first, second)
    low, high = difference(first.hits, first.n, second.hits, second.n)
    return Result(first, second, low, high)
