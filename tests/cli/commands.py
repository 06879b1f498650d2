"""What the tests of single commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from typer.testing import Result

from faq_index import Answer, Candidate, Entry, NoAnswer, Suggest

Run = Callable[..., Result]

GOOD = """\
language: en
topic: Orders
faqs:
  - id: track-order
    question: Where is my order?
    answer: Open My orders.
"""
BAD = """\
language: en
faqs:
  - id: Track Order
    question: Can I track it?
  - id: b
    question: Q
    answer: A
    colour: red
"""


def assert_refused(result: Result, status: int, sentence: str) -> None:
    """One sentence on standard error, nothing else anywhere."""
    assert (result.exit_code, result.stderr) == (status, f"{sentence}\n")
    assert "Traceback" not in result.output


@dataclass
class FakeIndex:
    """Answers what it is told, and remembers what it was asked."""

    decision: Answer | Suggest | NoAnswer
    thresholds: Mapping[str, float]
    asked: list[tuple[str, str]]
    version: str = "v1"
    built_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def decide(self, question: str, language: str) -> Answer | Suggest | NoAnswer:
        self.asked.append((question, language))
        return self.decision

    @property
    def size(self) -> int:
        return len(self.entries())

    def entries(self) -> Sequence[Entry]:
        return [candidate.entry for candidate in self.decision.candidates]


def candidate(entry_id: str, confidence: float) -> Candidate:
    entry = Entry(id=entry_id, language="en", topic="t", question=f"{entry_id}?", answer="a")
    return Candidate(entry, confidence, f"about {entry_id}", {"dense": 0.81, "words": 0.4})
