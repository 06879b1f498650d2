"""An index whose decisions are written down: dialogue tests are about what follows a decision."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from faq_index import (
    Answer,
    Candidate,
    Decision,
    Entry,
    FaqIndex,
    NoAnswer,
    Question,
    Suggest,
)


def make_entry(entry_id: str = "track-order", **changes: Any) -> Entry:
    defaults: dict[str, Any] = {
        "id": entry_id,
        "language": "en",
        "topic": "Orders",
        "question": f"How about {entry_id}?",
        "answer": "Open My orders.",
    }
    return Entry(**(defaults | changes))


def make_candidate(entry: Entry, confidence: float = 0.9) -> Candidate:
    return Candidate(entry, confidence, entry.question, {"dense": 0.81})


TRACK = make_entry("track-order")
CANCEL = make_entry("cancel-order")
INJURY = make_entry("product-injury", handoff="always")
GONE = make_entry("winter-sale", valid_until=date(2020, 1, 31))


@dataclass
class ScriptedIndex:
    """Answers by the word in the question; everything else has no answer."""

    asked: list[tuple[str, str, str | None, date | None]] = field(default_factory=list)

    def decide(
        self,
        question: str,
        language: str,
        *,
        previous: str | None = None,
        today: date | None = None,
        threshold: float | None = None,
    ) -> Decision:
        del threshold
        self.asked.append((question, language, previous, today))
        if "hurt" in question or "けが" in question:
            return Answer((make_candidate(INJURY),))
        if "parcel" in question or "荷物" in question:
            return Answer((make_candidate(TRACK), make_candidate(CANCEL, 0.05)))
        if "order" in question or "注文" in question:
            return Suggest((make_candidate(CANCEL, 0.4), make_candidate(TRACK, 0.3)), offered=2)
        return NoAnswer((make_candidate(TRACK, 0.02),))

    def entry(self, entry_id: str, language: str) -> Entry | None:
        del language
        return {e.id: e for e in (TRACK, CANCEL, INJURY, GONE)}.get(entry_id)


@dataclass
class ScriptedLive:
    current: ScriptedIndex = field(default_factory=ScriptedIndex)

    def decide(self, question: Question) -> Decision:
        return question.put_to(cast(FaqIndex, self.current))
