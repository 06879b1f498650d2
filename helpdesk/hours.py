"""When people answer: opening hours by weekday, in the team's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PERIOD = re.compile(
    r"(?P<days>[A-Za-z, -]+?)\s+(?P<h1>\d{1,2}):(?P<m1>\d{2})\s*-\s*(?P<h2>\d{1,2}):(?P<m2>\d{2})"
)


@dataclass(frozen=True, slots=True)
class Period:
    """Minutes of the day, the end not included; 24:00 is 1440."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """No periods means always open."""

    periods: tuple[Period, ...]
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> OpeningHours:
        """Read "always" or "Mon-Fri 09:00-18:00; Sat,Sun 10:00-16:00".

        Raises ValueError with one sentence that quotes the part not understood.
        """
        if text.strip().lower() == "always":
            return cls((), zone)
        periods = [period for part in text.split(";") if part.strip() for period in _read(part)]
        if not periods:
            raise ValueError(
                f"opening hours are '{text}', must be 'always' or like 'Mon-Fri 09:00-18:00'"
            )
        return cls(tuple(sorted(periods, key=lambda p: (p.weekday, p.start))), zone)

    def is_open(self, at: datetime) -> bool:
        if not self.periods:
            return True
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(p.weekday == local.weekday() and p.start <= minute < p.end for p in self.periods)

    def opens_at(self, at: datetime) -> datetime:
        """The next opening in the team's time zone; `at` itself when open."""
        local = at.astimezone(self.zone)
        if self.is_open(at):
            return local
        for days in range(8):
            day = local.date() + timedelta(days=days)
            for period in self.periods:
                start = datetime.combine(day, _time(period.start), self.zone)
                if period.weekday == day.weekday() and start > local:
                    return start
        raise AssertionError("a week has every weekday")


def _read(part: str) -> list[Period]:
    match = _PERIOD.fullmatch(part.strip())
    if match is None:
        raise ValueError(f"opening hours '{part.strip()}' must look like 'Mon-Fri 09:00-18:00'")
    start = int(match["h1"]) * 60 + int(match["m1"])
    end = int(match["h2"]) * 60 + int(match["m2"])
    minutes_exist = int(match["m1"]) < 60 and int(match["m2"]) < 60
    if not (minutes_exist and 0 <= start < end <= 24 * 60):
        raise ValueError(f"opening hours '{part.strip()}' must end after they start, by 24:00")
    return [Period(day, start, end) for day in _days(match["days"], part)]


def _days(text: str, part: str) -> list[int]:
    found: set[int] = set()
    for item in text.split(","):
        names = [name.strip().title() for name in item.split("-")]
        if len(names) > 2 or any(name not in DAYS for name in names):
            raise ValueError(
                f"opening hours '{part.strip()}' must name days as Mon, Tue, Wed, Thu, Fri, "
                "Sat, Sun"
            )
        first, last = DAYS.index(names[0]), DAYS.index(names[-1])
        found.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return sorted(found)


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
