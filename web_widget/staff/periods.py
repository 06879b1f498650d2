"""The days a report is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

NAMES = ("this_week", "last_week", "last_30_days", "custom")
LONGEST = timedelta(days=3 * 366)


class BadPeriod(Exception):
    """`key` names the sentence that says what is wrong."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both included."""

    name: str
    start: date
    end: date


def named_period(name: str, today: date) -> Period:
    """Weeks start on Monday. An unknown name means the last 30 days."""
    monday = today - timedelta(days=today.weekday())
    if name == "this_week":
        return Period(name, monday, today)
    if name == "last_week":
        return Period(name, monday - timedelta(days=7), monday - timedelta(days=1))
    return Period("last_30_days", today - timedelta(days=29), today)


def read_period(name: str, start: str, end: str, today: date) -> Period:
    """The period of a query string. Raises BadPeriod for custom dates that make none."""
    if name != "custom":
        return named_period(name, today)
    try:
        found = Period(name, date.fromisoformat(start), date.fromisoformat(end))
    except ValueError as error:
        raise BadPeriod("period.problem.date") from error
    if found.start > found.end:
        raise BadPeriod("period.problem.order")
    if found.end - found.start > LONGEST:
        raise BadPeriod("period.problem.long")
    return found
