"""What the dialogue says, read from the `custom` messages of Rasa's REST channel.

The dialogue names things (wording keys, entries, reasons); texts are ours. A reply that cannot be
understood is an error, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from helpdesk.types import Reason
from helpdesk.wording import ANYTIME, KEYS

REASONS = frozenset(get_args(Reason))
RECORDS = frozenset({"confirmed", "not_helpful", "small_talk", "complaint", "cancelled"})
KINDS = frozenset({"answer", "suggest", "no_answer", "chosen"})
FORMS = frozenset({"contact_name", "contact_email", "contact_message"})
CHOICES = frozenset({"person", "no_person", "yes", "no", "none", "cancel"})


@dataclass(frozen=True, slots=True)
class Ranked:
    faq_id: str
    confidence: float | None
    phrasing: str | None = None
    signals: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "faq_id": self.faq_id,
            "confidence": self.confidence,
            "phrasing": self.phrasing,
            "signals": dict(self.signals),
        }


@dataclass(frozen=True, slots=True)
class Decided:
    """`candidates` best first; `offered` the entries shown as choices, for suggest only."""

    kind: str
    language: str | None
    candidates: tuple[Ranked, ...]
    offered: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The entries a customer gets to see."""
        if self.kind == "suggest":
            return self.offered
        return () if self.kind == "no_answer" else (self.candidates[0].faq_id,)


@dataclass(frozen=True, slots=True)
class BotReply:
    say: str | None = None
    choices: tuple[str, ...] = ()
    record: str | None = None
    decision: Decided | None = None
    handoff: Reason | None = None
    contact: Mapping[str, str] | None = None
    form: str | None = None
    problem: str | None = None


def parse(body: object) -> list[BotReply]:
    """Read the JSON of Rasa's answer. Raises ValueError when nothing in it can be shown.

    Messages without `custom` are left out: the dialogue has no texts of its own.
    """
    if not isinstance(body, list):
        raise ValueError("the reply is not a list")
    customs = [item["custom"] for item in body if isinstance(item, dict) and item.get("custom")]
    replies = [_reply(custom) for custom in customs]
    if not replies:
        raise ValueError("the reply is empty")
    return replies


def _reply(custom: object) -> BotReply:
    data = _mapping(custom, "custom")
    reply = BotReply(
        say=_known(data.get("say"), KEYS if "contact" in data else ANYTIME, "say"),
        choices=tuple(_names(data.get("choices"), CHOICES, "choices")),
        record=_known(data.get("record"), RECORDS, "record"),
        decision=_decision(data.get("decision")),
        handoff=_reason(data.get("handoff")),
        contact=_contact(data.get("contact")),
        form=_known(data.get("form"), FORMS, "form"),
        problem=_known(data.get("problem"), ANYTIME, "problem"),
    )
    if not (reply.say or reply.decision or reply.handoff or reply.contact or reply.form):
        raise ValueError("a reply says nothing")
    return reply


def _decision(value: object) -> Decided | None:
    if value is None:
        return None
    data = _mapping(value, "decision")
    kind = _known(data.get("kind"), KINDS, "decision.kind")
    candidates = tuple(_ranked(item) for item in _list(data.get("candidates"), "candidates"))
    offered = tuple(str(item) for item in _list(data.get("offered"), "offered"))
    if kind is None:
        raise ValueError("decision.kind is missing")
    if kind in ("answer", "chosen") and not candidates:
        raise ValueError("an answer names no entry")
    if kind == "suggest" and not offered:
        raise ValueError("a suggestion offers no entry")
    language = data.get("language")
    return Decided(kind, str(language) if language else None, candidates, offered)


def _ranked(value: object) -> Ranked:
    data = _mapping(value, "candidates")
    faq_id, confidence = data.get("faq_id"), data.get("confidence")
    if not isinstance(faq_id, str) or not isinstance(confidence, int | float | None):
        raise ValueError("a candidate has no faq_id or a confidence that is no number")
    phrasing, signals = data.get("phrasing"), data.get("signals") or {}
    return Ranked(
        faq_id,
        None if confidence is None else float(confidence),
        str(phrasing) if phrasing else None,
        {
            str(name): float(value)
            for name, value in _mapping(signals, "signals").items()
            if isinstance(value, int | float)
        },
    )


def _reason(value: object) -> Reason | None:
    if value is None:
        return None
    reason = _known(_mapping(value, "handoff").get("reason"), REASONS, "handoff.reason")
    if reason is None:
        raise ValueError("handoff.reason is missing")
    return reason  # type: ignore[return-value]


def _contact(value: object) -> Mapping[str, str] | None:
    if value is None:
        return None
    data = _mapping(value, "contact")
    return {key: str(data.get(key) or "") for key in ("name", "email", "message")}


def _known(value: object, names: frozenset[str] | Mapping[str, Any], what: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in names:
        raise ValueError(f"{what} is unknown")
    return value


def _names(value: object, names: frozenset[str], what: str) -> list[str]:
    found = [_known(item, names, what) for item in _list(value, what)]
    return [name for name in found if name is not None]


def _list(value: object, what: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"{what} is not a list")
    return value


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is not an object")
    return value
