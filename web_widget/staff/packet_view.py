"""The handoff packet made ready to be shown beside the chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from faq_index.explain import speaking_for
from web_widget.staff.rich_text import blocks, to_markup
from web_widget.staff.texts import Texts
from web_widget.staff.views import View

Packet = Mapping[str, Any]

SHOWN = 5
"""Candidates beside the chat; those after them are next to impossible."""

CONTACT_FIELDS = ("name", "email", "message")


def entry_questions(packet: Packet | None) -> dict[str, str]:
    """What the entries ask that the packet names, by their ids."""
    entries = [*packet["candidates"], *packet["rejected"]] if packet else []
    return {entry["faq_id"]: entry["question"] for entry in entries if entry["question"]}


def packet_view(packet: Packet, view: View, may_report: bool) -> dict[str, Any]:
    """`may_report`: link earlier episodes to their pages."""
    texts = view.texts
    handoff = packet["handoff"]
    draft = (packet["draft_reply"] or {}).get("text", "")
    return {
        "question": packet["question"],
        "reason_label": texts(f"reason.{handoff['reason']}"),
        "reference": handoff["reference"],
        "language_label": texts.language_name(packet["conversation"]["language"]),
        **_waiting(handoff, view),
        "page": packet["conversation"]["page"],
        "customer": packet["conversation"]["customer"],
        "contact": _contact(packet, texts),
        "draft": draft,
        "draft_markup": to_markup(blocks(draft)),
        "candidates": _candidates(packet["candidates"], texts),
        "threshold": _threshold(packet["threshold"], texts),
        "rejected": [_rejected(entry, texts) for entry in packet["rejected"]],
        "earlier": [_earlier(e, view, may_report) for e in packet["earlier_episodes"]],
    }


def _waiting(handoff: Packet, view: View) -> dict[str, Any]:
    """Since when, and how long until somebody came."""
    since = datetime.fromisoformat(handoff["waiting_since"])
    claimed = handoff["claimed_at"]
    until = datetime.fromisoformat(claimed) if claimed else view.now
    return {
        "since": handoff["waiting_since"],
        "since_label": view.texts.moment(since, view.now),
        "claimed": claimed is not None,
        "waited": view.texts.duration(until - since),
    }


def _contact(packet: Packet, texts: Texts) -> list[dict[str, str]]:
    contact = packet["contact"] or {}
    return [
        {"name": field, "label": texts(f"packet.contact.{field}"), "value": contact[field]}
        for field in CONTACT_FIELDS
        if contact.get(field)
    ]


def _threshold(threshold: float | None, texts: Texts) -> str:
    if threshold is None:
        return ""
    return texts("packet.threshold", threshold=texts.percent(threshold))


def _candidates(candidates: Sequence[Packet], texts: Texts) -> list[dict[str, Any]]:
    signals = [candidate.get("signals") or {} for candidate in candidates]
    return [
        _candidate(candidate, speaking_for(signals, place), texts)
        for place, candidate in enumerate(candidates[:SHOWN])
    ]


def _candidate(candidate: Packet, why: Sequence[str], texts: Texts) -> dict[str, Any]:
    share = float(candidate["confidence"] or 0)
    return {
        "question": candidate.get("question") or candidate["faq_id"],
        "phrasing": candidate.get("phrasing"),
        "why": texts("packet.why", signals=in_words(why, texts)) if why else "",
        "percent": round(share * 100),
        "percent_label": texts.percent(share),
    }


def in_words(signals: Sequence[str], texts: Texts) -> str:
    """A signal that has no words yet is called by its name."""
    keys = ((name, f"signal.{name}") for name in signals)
    return texts("format.comma").join(texts(key) if key in texts else name for name, key in keys)


def _rejected(entry: Packet, texts: Texts) -> dict[str, str]:
    return {
        "question": entry["question"] or entry["faq_id"],
        "how": texts(f"packet.rejected.{entry['how']}"),
    }


def _earlier(episode: Packet, view: View, may_report: bool) -> dict[str, Any]:
    started = datetime.fromisoformat(episode["started_at"])
    return {
        "url": f"/staff/reports/episodes/{episode['id']}" if may_report else None,
        "when": view.texts.moment(started, view.now),
        "question": episode.get("question") or "",
        "outcome_label": view.texts(f"outcome.{episode['outcome']}"),
    }
