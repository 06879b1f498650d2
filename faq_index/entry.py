"""What the team wrote: one question with its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

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
