"""The handoff packet: what an agent has to know before the first word. JSON, version 1.

version             1
conversation        {id, site, language, page, state, created_at, customer}; customer: her id at the
                    site when its server said who she is, else null
handoff             {id, kind, state, reason, reference, waiting_since, claimed_at, resolution}
question            the customer's question in her own words, or null
contact             {name, email, message} when details were left, else null
transcript          messages as in the HTTP API, oldest first
candidates          [{faq_id, question, confidence, phrasing, signals}], best first, of the last
                    decision
threshold           the confidence from which Kotae answers by itself now, or null
judged              {seq, question, verdict, faq_id}: the question of that decision and what the
                    team said of it: right (faq_id answers it) | none | null; or null
rejected            [{faq_id, question, how}]; how: not_helpful | none_of_these
earlier_episodes    [{id, conversation_id, started_at, outcome, part, question}], newest first
draft_reply         {faq_id, text} from the best candidate not rejected, or null
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from helpdesk.book import Book
from helpdesk.database import Connection
from helpdesk.errors import NotFound
from helpdesk.judging import last_question, said_by_team
from helpdesk.store import conversations, events, handoffs, messages, reports
from helpdesk.store.labels import StoredLabel
from helpdesk.types import Conversation, EpisodeRow, Event, Handoff, Message, timestamp

if TYPE_CHECKING:
    from faq_index import FaqIndex
    from faq_index.live import LiveIndex

VERSION = 1
EARLIER = 10


@dataclass(frozen=True, slots=True)
class _Material:
    conversation: Conversation
    handoff: Handoff
    transcript: list[Message]
    events: list[Event]
    earlier: Sequence[EpisodeRow]
    asked: int | None
    said: StoredLabel | None


async def handoff_packet(book: Book, live: LiveIndex, conversation_id: str) -> dict[str, Any]:
    """Of the newest handoff. Raises NotFound when there never was one."""
    cut = book.clock() - book.settings.episode_idle
    material = await book.read(lambda c: _gather(c, conversation_id, cut))
    return compose(material, live.current)


def _gather(connection: Connection, conversation_id: str, cut: datetime) -> _Material:
    conversation = conversations.get(connection, conversation_id)
    found = handoffs.of_conversation(connection, conversation_id)
    if conversation is None or not found:
        raise NotFound("There is no such handoff.")
    # The live one comes before those closed already.
    handoff = max(found, key=lambda h: (h.state in handoffs.LIVE, h.requested_at))
    log = events.of_episode(connection, handoff.episode_id) if handoff.episode_id else []
    started = log[0].at if log else handoff.requested_at
    before = started, cut, EARLIER
    if conversation.customer or conversation.visitor:
        earlier = reports.earlier(connection, conversation, *before)
    else:
        earlier = reports.earlier_in(connection, conversation_id, *before)
    transcript = messages.after(connection, conversation_id, 0, None)
    asked = last_question(log)
    said = said_by_team(connection, conversation_id, asked.seq) if asked else None
    seq = asked.seq if asked else None
    return _Material(conversation, handoff, transcript, log, earlier, seq, said)


def compose(material: _Material, index: FaqIndex) -> dict[str, Any]:
    conversation, handoff = material.conversation, material.handoff
    language = conversation.language
    rejected = _rejected(material.events)
    candidates = _candidates(material.events)
    return {
        "version": VERSION,
        "conversation": {
            "id": conversation.id,
            "site": conversation.site,
            "language": language,
            "page": conversation.page,
            "state": conversation.state,
            "created_at": timestamp(conversation.created_at),
            "customer": conversation.customer,
        },
        "handoff": {
            "id": handoff.id,
            "kind": handoff.kind,
            "state": handoff.state,
            "reason": handoff.reason,
            "reference": handoff.reference,
            "waiting_since": timestamp(handoff.requested_at),
            "claimed_at": handoff.claimed_at and timestamp(handoff.claimed_at),
            "resolution": handoff.resolution,
        },
        "question": handoff.question,
        "contact": None if handoff.contact is None else dict(handoff.contact),
        "transcript": [message.as_json() for message in material.transcript],
        "candidates": [_named(candidate, language, index) for candidate in candidates],
        "threshold": index.thresholds.get(language),
        "judged": _judged(material),
        "rejected": [
            _named({"faq_id": faq_id, "how": how}, language, index)
            for faq_id, how in rejected.items()
        ],
        "earlier_episodes": [_earlier(row) for row in material.earlier],
        "draft_reply": _draft(candidates, rejected, language, index),
    }


def _candidates(log: Sequence[Event]) -> list[Mapping[str, Any]]:
    decisions = [e for e in log if e.type == "decided" and e.data["kind"] != "chosen"]
    keys = ("faq_id", "confidence", "phrasing", "signals")
    found = decisions[-1].data["candidates"] if decisions else []
    return [{key: candidate.get(key) for key in keys} for candidate in found]


def _judged(material: _Material) -> dict[str, Any] | None:
    asked = next((m for m in material.transcript if m.seq == material.asked), None)
    if asked is None:
        return None
    said = material.said
    return {
        "seq": asked.seq,
        "question": asked.text,
        "verdict": said.verdict if said else None,
        "faq_id": said.entries[0] if said and said.entries else None,
    }


def _rejected(log: Sequence[Event]) -> dict[str, str]:
    """By entry; what was said last of an entry counts."""
    found: dict[str, str] = {}
    shown: str | None = None
    for event in log:
        match event.type:
            case "decided":
                shown = event.data.get("faq_id")
            case "not_helpful" if shown:
                found[shown] = "not_helpful"
            case "feedback" if event.data["helpful"]:
                found.pop(event.data["faq_id"], None)
            case "feedback":
                found[event.data["faq_id"]] = "not_helpful"
            case "rejected":
                found.update(dict.fromkeys(event.data["offered"], "none_of_these"))
    return found


def _named(item: Mapping[str, Any], language: str, index: FaqIndex) -> dict[str, Any]:
    entry = index.entry(item["faq_id"], language)
    return {**item, "question": entry.question if entry else None}


def _draft(
    candidates: Sequence[Mapping[str, Any]],
    rejected: Mapping[str, str],
    language: str,
    index: FaqIndex,
) -> dict[str, str] | None:
    for candidate in candidates:
        entry = index.entry(candidate["faq_id"], language)
        if entry is not None and entry.id not in rejected:
            return {"faq_id": entry.id, "text": entry.answer.strip()}
    return None


def _earlier(row: EpisodeRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "conversation_id": row.conversation_id,
        "started_at": timestamp(row.started_at),
        "outcome": row.outcome,
        "part": row.part,
        "question": row.first_question,
    }
