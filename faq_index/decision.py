"""What the index says to a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from faq_index.entry import Entry


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may be meant.

    `confidence` is the calibrated probability that it is what the customer wants; `phrasing` the
    one of its phrasings that matched best; `signals` what spoke for it.
    """

    entry: Entry
    confidence: float
    phrasing: str
    signals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Answer:
    """Sure enough: the first candidate is the answer."""

    candidates: tuple[Candidate, ...]
    kind: ClassVar[Literal["answer"]] = "answer"

    @property
    def entry(self) -> Entry:
        return self.candidates[0].entry

    @property
    def p(self) -> float:
        return self.candidates[0].confidence


@dataclass(frozen=True, slots=True)
class Suggest:
    """Not sure which: the first `offered` candidates are worth asking about."""

    candidates: tuple[Candidate, ...]
    offered: int = 3
    kind: ClassVar[Literal["suggest"]] = "suggest"

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Two or three, best first."""
        return tuple(candidate.entry for candidate in self.candidates[: self.offered])


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing fits well enough; the candidates tell a person what came nearest."""

    candidates: tuple[Candidate, ...]
    kind: ClassVar[Literal["no_answer"]] = "no_answer"


Decision = Answer | Suggest | NoAnswer
