"""A figure over time: days, or weeks where days are too small to be told apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from helpdesk.figures import SMALLEST_N, DayCounts, Rate

WEEK = 7
MOST_POINTS = 62


@dataclass(frozen=True, slots=True)
class Bucket:
    """The self-resolution of the days from `start` to `end`, both included."""

    start: date
    end: date
    rate: Rate


def buckets(days: Iterable[DayCounts], start: date, end: date) -> list[Bucket]:
    """Without gaps, oldest first. Weeks are counted back from `end`; what is left over at the
    beginning is left out, since a part of a week is not like a week."""
    by_day = {day.day: day.resolved for day in days}
    length = (end - start).days + 1
    sizes = [rate.n for rate in by_day.values() if rate.n]
    daily = length <= MOST_POINTS and sizes and median(sizes) >= SMALLEST_N
    step = 1 if daily or length < 2 * WEEK else WEEK
    found = []
    last = end
    while last - timedelta(days=step - 1) >= start:
        first = last - timedelta(days=step - 1)
        rates = [by_day.get(first + timedelta(days=n), Rate(0, 0)) for n in range(step)]
        found.append(Bucket(first, last, Rate(sum(r.hits for r in rates), sum(r.n for r in rates))))
        last = first - timedelta(days=1)
    return found[::-1]
