"""When people answer: opening hours by weekday and holidays, in the team's time zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PERIOD = re.compile(
    r"(?P<days>[A-Za-z, -]+?)\s+(?P<h1>\d{1,2}):(?P<m1>\d{2})\s*-\s*(?P<h2>\d{1,2}):(?P<m2>\d{2})"
)

_FURTHEST, _LONGEST_HOLIDAY = 731, 366


@dataclass(frozen=True, slots=True)
class Period:
    """Minutes of the day, the end not included; 24:00 is 1440."""

    weekday: int
    start: int
    end: int


Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """No periods means always open; `special` days, such as holidays, have spans of their own, in
    minutes of the day, none when they are closed."""

    periods: tuple[Period, ...]
    zone: ZoneInfo
    special: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> OpeningHours:
        """Read "always" or "Mon-Fri 09:00-18:00; Sat,Sun 10:00-16:00", and, as further parts,
        "closed 2026-12-29 to 2027-01-03, 2027-02-11", "2026-12-28 09:00-12:00" and
        "zone Europe/London" instead of the zone given.

        Raises ValueError with one sentence that quotes the part not understood.
        """
        periods: list[Period] = []
        special: dict[date, tuple[Span, ...]] = {}
        always = False
        for part in filter(None, map(str.strip, text.split(";"))):
            if part.lower() == "always":
                always = True
            elif part.lower().startswith("closed "):
                special |= dict.fromkeys(_closed(part), ())
            elif part.lower().startswith("zone "):
                zone = _zone(part)
            elif part[0].isdigit():
                day, span = _special(part)
                special[day] = (*special.get(day, ()), span)
            else:
                periods += _read(part)
        if always == bool(periods):
            raise ValueError(
                f"opening hours are '{text}', must be 'always' or like 'Mon-Fri 09:00-18:00'"
            )
        return cls(tuple(sorted(periods, key=lambda p: (p.weekday, p.start))), zone, special)

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.spans(local.date()))

    def opens_at(self, at: datetime) -> datetime:
        """The next opening in the team's time zone; `at` itself when open, or when no day of the
        next two years is."""
        local = at.astimezone(self.zone)
        if self.is_open(at):
            return local
        for days in range(_FURTHEST):
            day = local.date() + timedelta(days=days)
            for begin, _ in self.spans(day):
                start = datetime.combine(day, _time(begin), self.zone)
                if start > local:
                    return start
        return local

    def opens_on(self, day: date) -> bool:
        return bool(self.spans(day))

    def spans(self, day: date) -> tuple[Span, ...]:
        """When the team is there on a day, in order."""
        if day in self.special:
            return tuple(sorted(self.special[day]))
        if not self.periods:
            return ((0, 24 * 60),)
        return tuple((p.start, p.end) for p in self.periods if p.weekday == day.weekday())


def _closed(part: str) -> list[date]:
    found: list[date] = []
    for item in part[len("closed ") :].split(","):
        first, _, last = item.partition(" to ")
        start, end = _date(first, part), _date(last or first, part)
        if not 0 <= (end - start).days <= _LONGEST_HOLIDAY:
            raise ValueError(f"opening hours '{part}' must end after they start, within a year")
        found += [start + timedelta(days=n) for n in range((end - start).days + 1)]
    return found


def _special(part: str) -> tuple[date, Span]:
    day, _, times = part.partition(" ")
    [period, *_] = _read(f"Mon {times}")
    return _date(day, part), (period.start, period.end)


def _date(text: str, part: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            f"opening hours '{part}' must name days of the calendar like 2026-12-31"
        ) from None


def _zone(part: str) -> ZoneInfo:
    try:
        return ZoneInfo(part[len("zone ") :].strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"opening hours '{part}' must name a zone like Asia/Tokyo") from None


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
