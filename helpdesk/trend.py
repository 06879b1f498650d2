"""A figure over time: days, or weeks where days are too small to be told apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from helpdesk.figures import (
    DAILY,
    SMALLEST_N,
    DayCounts,
    Nps,
    Rate,
    Times,
    nps_of,
    times_of,
    total,
)
from helpdesk.store.peoples_times import MEASURES

WEEK = 7
MOST_POINTS = 62


@dataclass(frozen=True, slots=True)
class Bucket:
    """The figures of the days from `start` to `end`, both included; `rate` is self-resolution."""

    start: date
    end: date
    rates: Mapping[str, Rate]
    nps: Nps
    times: Mapping[str, Times]

    @property
    def rate(self) -> Rate:
        return self.rates["self_resolution"]


def buckets(
    days: Iterable[DayCounts], start: date, end: date, *, weekly: bool = False
) -> list[Bucket]:
    """Without gaps, oldest first. Weeks are counted back from `end`; what is left over at the
    beginning is left out, since a part of a week is not like a week. `weekly`: in any case."""
    by_day = {day.day: day for day in days}
    length = (end - start).days + 1
    sizes = [day.resolved.n for day in by_day.values() if day.resolved.n]
    daily = length <= MOST_POINTS and sizes and median(sizes) >= SMALLEST_N
    step = WEEK if weekly or not (daily or length < 2 * WEEK) else 1
    found = []
    last = end
    while last - timedelta(days=step - 1) >= start:
        first = last - timedelta(days=step - 1)
        dates = (first + timedelta(days=n) for n in range(step))
        inside = [by_day[each] for each in dates if each in by_day]
        rates = {name: total(name, inside) for name in DAILY}
        taken = {name: times_of(name, inside) for name in MEASURES}
        found.append(Bucket(first, last, rates, nps_of(inside), taken))
        last = first - timedelta(days=1)
    return found[::-1]
