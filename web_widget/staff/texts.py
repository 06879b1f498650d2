"""What the staff pages say, in the reader's language: sentences, numbers, dates, durations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent / "strings"


@dataclass(frozen=True)
class Texts:
    """Called with a key it gives the sentence. A missing key is a KeyError, never a blank."""

    language: str
    table: Mapping[str, str]
    zone: ZoneInfo

    def __call__(self, key: str, **values: object) -> str:
        return self.table[key].format_map(values)

    def __contains__(self, key: str) -> bool:
        return key in self.table

    def count(self, key: str, n: int) -> str:
        """The sentence for one or for another number: `key.one` or `key.other`, with {n}."""
        return self(f"{key}.{'one' if n == 1 else 'other'}", n=self.number(n))

    def for_script(self, *prefixes: str) -> dict[str, str]:
        """The sentences a script needs, by their keys; placeholders stay."""
        return {key: text for key, text in self.table.items() if key.startswith(prefixes)}

    def node(self, name: str) -> str:
        """Of the flow of episodes: an outcome, a part of those handed over, or the way there."""
        prefixes = ("outcome", "handed_off", "flow")
        return next(self(f"{p}.{name}") for p in prefixes if f"{p}.{name}" in self)

    def number(self, n: int) -> str:
        return f"{n:,}"

    def percent(self, share: float) -> str:
        """0.643 -> 64%."""
        return f"{round(share * 100)}%"

    def tenths(self, share: float) -> str:
        """0.0912 -> 9.1%."""
        return f"{share * 100:.1f}%"

    def language_name(self, code: str) -> str:
        return self.table.get(f"language.{code}", code)

    def day(self, day: date) -> str:
        month = self(f"month.{day.month}")
        return self("format.day", year=day.year, month=month, day=day.day)

    def moment(self, at: datetime, now: datetime) -> str:
        """The time alone when it is today in the team's time zone, otherwise with its date."""
        local = at.astimezone(self.zone)
        time = f"{local:%H:%M}"
        if local.date() == now.astimezone(self.zone).date():
            return time
        month = self(f"month.{local.month}")
        return self("format.moment", month=month, day=local.day, time=time)

    def clock_time(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%H:%M}"

    def seconds(self, seconds: float | None) -> str:
        if seconds is None:
            return "–"
        if seconds < 120:
            return self("duration.seconds", n=round(seconds))
        return self.duration(timedelta(seconds=seconds))

    def duration(self, span: timedelta) -> str:
        """Whole minutes up to an hour, then hours, then days. time.js says the same."""
        minutes = max(0, int(span.total_seconds() // 60))
        if minutes < 1:
            return self("duration.now")
        if minutes < 60:
            return self("duration.minutes", n=minutes)
        if minutes < 48 * 60:
            return self("duration.hours", n=minutes // 60, m=minutes % 60)
        return self("duration.days", n=minutes // (24 * 60))


def load_texts(zone: ZoneInfo, folder: Path = FOLDER) -> dict[str, Texts]:
    """One `Texts` per file of the folder, by language code."""
    return {
        path.stem: Texts(path.stem, json.loads(path.read_text(encoding="utf-8")), zone)
        for path in sorted(folder.glob("*.json"))
    }


def preferred_language(accept_language: str, offered: tuple[str, ...], default: str) -> str:
    """The first language of an Accept-Language header that is offered; else the default.

    Weights are not read: browsers list the preferred language first.
    """
    for part in accept_language.split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in offered:
            return code
    return default if default in offered else offered[0]
