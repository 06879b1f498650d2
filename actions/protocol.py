"""What an action says to the app: payloads of wording keys and decisions, never texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NotRequired, TypedDict

from faq_index import Candidate, Entry

Reason = Literal[
    "asked_for_person",
    "low_confidence",
    "not_helpful",
    "entry_requires_person",
    "complaint",
    "bot_failure",
]
Record = Literal["confirmed", "not_helpful", "small_talk", "complaint", "cancelled"]
Kind = Literal["answer", "suggest", "no_answer", "chosen"]
Field = Literal["contact_name", "contact_email", "contact_message"]

MAX_CANDIDATES = 10


class Ranked(TypedDict):
    """confidence: calibrated probability in 0..1; None when nothing was searched."""

    faq_id: str
    confidence: float | None
    phrasing: str
    signals: Mapping[str, float]


class Decided(TypedDict):
    """candidates: best first; offered: ids shown as choices, only for the kind suggest."""

    kind: Kind
    language: str
    candidates: list[Ranked]
    offered: NotRequired[list[str]]


class Handoff(TypedDict):
    reason: Reason


class Contact(TypedDict):
    name: str
    email: str
    message: str


class Payload(TypedDict, total=False):
    """One `custom` message; at least one of say, decision, handoff, contact and form is there."""

    say: str
    choices: list[str]
    record: Record
    decision: Decided
    handoff: Handoff
    contact: Contact
    form: Field
    problem: str


def said(key: str, record: Record | None = None) -> Payload:
    return {"say": key, "record": record} if record else {"say": key}


def decided(
    kind: Kind, language: str, candidates: Iterable[Candidate], offered: Sequence[Entry] = ()
) -> Payload:
    decision: Decided = {
        "kind": kind,
        "language": language,
        "candidates": [_ranked(candidate) for candidate in candidates][:MAX_CANDIDATES],
    }
    if offered:
        decision["offered"] = [entry.id for entry in offered]
    return {"decision": decision}


def named(kind: Kind, language: str, entry: Entry) -> Payload:
    """An entry that was not searched for: picked by the customer, or shown again."""
    ranked: Ranked = {
        "faq_id": entry.id,
        "confidence": None,
        "phrasing": entry.question,
        "signals": {},
    }
    return {"decision": {"kind": kind, "language": language, "candidates": [ranked]}}


def handed_over(reason: Reason) -> Payload:
    return {"handoff": {"reason": reason}, "say": "handing_over"}


def asked_for(field: Field, problem: str | None = None) -> Payload:
    payload: Payload = {"form": field, "say": f"ask_{field}"}
    if problem:
        payload["problem"] = problem
    return payload


def contact_left(name: str, email: str, message: str) -> Payload:
    return {
        "contact": {"name": name, "email": email, "message": message},
        "say": "contact_saved",
    }


def _ranked(candidate: Candidate) -> Ranked:
    return {
        "faq_id": candidate.entry.id,
        "confidence": round(candidate.confidence, 4),
        "phrasing": candidate.phrasing,
        "signals": {name: round(value, 4) for name, value in candidate.signals.items()},
    }
