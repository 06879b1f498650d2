"""What the team wrote: one question with its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

Handoff = Literal["offer", "always", "never"]
HANDOFFS: tuple[Handoff, ...] = ("offer", "always", "never")


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One FAQ entry in one language; the same id in another language is its translation."""

    id: str
    language: str
    topic: str
    question: str
    answer: str
    also_asked: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    handoff: Handoff = "offer"
    owner: str | None = None
    review_by: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    file: str = ""
    line: int = 0

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The question and every other way to ask it."""
        return (self.question, *self.also_asked)

    def is_valid(self, on: date) -> bool:
        """True from `valid_from` to `valid_until`, both days included."""
        if self.valid_from is not None and on < self.valid_from:
            return False
        return self.valid_until is None or on <= self.valid_until


_DATES = ("review_by", "valid_from", "valid_until")


def to_json(entry: Entry) -> dict[str, Any]:
    """Plain data; `from_json` reads it back."""
    # Not `asdict`, which copies whatever it comes to: tens of thousands of entries are written.
    raw: dict[str, Any] = {name: getattr(entry, name) for name in Entry.__slots__}
    raw["links"] = [asdict(link) for link in entry.links]
    for name, value in raw.items():
        if isinstance(value, tuple):
            raw[name] = list(value)
        elif isinstance(value, date):
            raw[name] = value.isoformat()
    return raw


def from_json(raw: Mapping[str, Any]) -> Entry:
    """Raises KeyError, TypeError and ValueError for anything else than `to_json` gives."""
    values = dict(raw)
    for name in _DATES:
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    for name in ("also_asked", "tags", "related"):
        values[name] = tuple(values[name])
    values["links"] = tuple(Link(**link) for link in values["links"])
    return Entry(**values)
