"""The control beside a chat that asks which entry should have answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from faq_index import Entry
from web_widget.staff.texts import Texts


def judging_view(
    packet: Mapping[str, Any], entries: Sequence[Entry], texts: Texts, shown: int
) -> dict[str, Any] | None:
    """None when the customer asked nothing that was searched for. `chosen` is None before anybody
    has judged, and empty for none of the entries. At most `shown` candidates become buttons."""
    judged = packet["judged"]
    if judged is None:
        return None
    chosen = None if judged["verdict"] is None else judged["faq_id"] or ""
    candidates = [c for c in packet["candidates"] if c.get("question")][:shown]
    return {
        "seq": judged["seq"],
        "question": judged["question"],
        "candidates": [{"id": c["faq_id"], "question": c["question"]} for c in candidates],
        "groups": [
            (topic, [{"id": entry.id, "question": entry.question} for entry in group])
            for topic, group in groupby(entries, key=lambda entry: entry.topic)
        ],
        "chosen": chosen,
        "said": "" if chosen is None else said(chosen or None, entries, texts),
    }


def said(entry_id: str | None, entries: Sequence[Entry], texts: Texts) -> str:
    if entry_id is None:
        return texts("judge.said.none")
    question = next((entry.question for entry in entries if entry.id == entry_id), entry_id)
    return texts("judge.said.right", entry=question)
