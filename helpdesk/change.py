"""Whether something became better: before and after, over whole weeks. Pure.

As many weeks before the day of the change as after it, so that each weekday is as often on either
side. Before and after is no experiment: whatever else changed at that time is in it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Literal

from helpdesk.figures import SMALLEST_N, DayCounts, Rate, total
from helpdesk.intervals import Z_95, difference

MOST_WEEKS = 8
FAR_AWAY = 365
_FIGURE = "self_resolution"

Verdict = Literal["better", "worse", "cannot_tell", "too_early"]


@dataclass(frozen=True, slots=True)
class Window:
    """Whole weeks before and after the day of a change; `after` begins with that day."""

    start: date
    changed: date
    end: date

    @property
    def weeks(self) -> int:
        return (self.end - self.changed).days // 7 + 1


@dataclass(frozen=True, slots=True)
class Change:
    """The difference after - before with its 95 % interval, None while there are too few.

    `days_more`: about how long until the difference seen so far would be sure; None when it is
    sure, or would take longer than a year.
    """

    before: Rate
    after: Rate
    verdict: Verdict
    low: float | None = None
    high: float | None = None
    days_more: int | None = None


def window(changed: date, today: date) -> Window | None:
    """Days that are over, at most eight weeks to each side. None in the first week."""
    weeks = min(MOST_WEEKS, (today - changed).days // 7)
    if weeks < 1:
        return None
    span = timedelta(days=7 * weeks)
    return Window(changed - span, changed, changed + span - timedelta(days=1))


def compare(days: Iterable[DayCounts], of: Window) -> Change:
    days = list(days)
    before = total(_FIGURE, (day for day in days if day.day < of.changed))
    after = total(_FIGURE, (day for day in days if day.day >= of.changed))
    if before.value is None or after.value is None:
        return Change(before, after, "too_early", days_more=_until_shown(after.n, of))
    low, high = difference(before.hits, before.n, after.hits, after.n)
    if low > 0:
        return Change(before, after, "better", low, high)
    if high < 0:
        return Change(before, after, "worse", low, high)
    more = _days_more(before, after, of)
    return Change(before, after, "cannot_tell", low, high, more)


def _until_shown(so_far: int, of: Window) -> int | None:
    """Until a percentage is shown at all."""
    per_day = so_far / (7 * of.weeks)
    if per_day == 0:
        return None
    return _soon(max(1, ceil((SMALLEST_N - so_far) / per_day)))


def _days_more(before: Rate, after: Rate, of: Window) -> int | None:
    """By the usual sample size of two shares: n = z² (p1 q1 + p2 q2) / (p2 - p1)² on each side."""
    p1, p2 = before.hits / before.n, after.hits / after.n
    if p1 == p2:
        return None
    needed = Z_95**2 * (p1 * (1 - p1) + p2 * (1 - p2)) / (p2 - p1) ** 2
    per_day = after.n / (7 * of.weeks)
    return _soon(max(1, ceil((needed - after.n) / per_day)))


def _soon(days: int) -> int | None:
    return days if days <= FAR_AWAY else None
