"""Stores invented contacts many at a time, as the desk would have stored them one by one.

What customers said of answers is kept as events only: labels would teach the index, and nothing
invented may do that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from helpdesk.history.made import MadeContact, MadeHandoff
from helpdesk.outcomes import RESOLVED
from helpdesk.store.repeats import WINDOWS
from helpdesk.store.tables import conversations, episodes, events, handoffs, messages
from helpdesk.tally import tally


def is_empty(connection: Connection, before: datetime) -> bool:
    """Nobody has written to this Kotae before that time."""
    query = select(episodes.c.id).where(episodes.c.started_at < before).limit(1)
    return connection.execute(query).first() is None


def store(
    connection: Connection,
    made: Sequence[MadeContact],
    repeated: dict[str, int],
    zone: ZoneInfo,
    *,
    in_full: bool = True,
) -> None:
    """`repeated`: hours by the id of an episode, see `find_repeats`. Without `in_full` the log and
    the words are left out, for a million rows that only have to be counted."""
    rows: dict[Any, list[dict[str, Any]]] = {
        conversations: [_conversation(each) for each in made],
        episodes: [_episode(each, repeated.get(each.episode_id), zone) for each in made],
        handoffs: [_handoff(each, each.handoff) for each in made if each.handoff],
    }
    if in_full:
        rows[messages] = [row for each in made for row in _messages(each)]
        rows[events] = [row for each in made for row in _events(each)]
    for table, found in rows.items():
        if found:
            connection.execute(insert(table), found)


def find_repeats(made: Sequence[MadeContact]) -> dict[str, int]:
    """Which contacts were followed by another about the same, within how many hours."""
    found: dict[str, int] = {}
    before: dict[str, list[tuple[MadeContact, datetime, str | None]]] = {}
    for each in made:
        outcome = each.outcome
        if outcome.name == "small_talk":
            continue
        for earlier, last_at, topic in before.get(each.visitor, []):
            hours = (each.started_at - last_at).total_seconds() / 3600
            same = None in (topic, outcome.topic) or topic == outcome.topic
            if same and earlier.episode_id not in found and 0 < hours <= WINDOWS[-1]:
                found[earlier.episode_id] = next(w for w in WINDOWS if hours <= w)
        if outcome.name in RESOLVED:
            mine = before.setdefault(each.visitor, [])
            mine.append((each, _last_at(each), outcome.topic))
    return found


def _last_at(made: MadeContact) -> datetime:
    return made.messages[-1].at


def _conversation(made: MadeContact) -> dict[str, Any]:
    seqs = [m.seq for m in made.messages if m.sender == "customer"]
    # A token that nobody has: its hash is of no text.
    return {
        "id": made.id,
        "token_hash": "-",
        "site": made.site,
        "language": made.language,
        "page": made.page,
        "visitor": made.visitor,
        "customer": made.customer,
        "traffic": "customer",
        "state": "closed" if made.handoff and made.handoff.kind == "chat" else "bot",
        "agent_id": None,
        "created_at": made.started_at,
        "last_seq": len(made.messages),
        "customer_seq": max(seqs, default=0),
        "answered_seq": max(seqs, default=0),
    }


def _episode(made: MadeContact, repeat: int | None, zone: ZoneInfo) -> dict[str, Any]:
    outcome, local = made.outcome, made.started_at.astimezone(zone)
    return {
        "id": made.episode_id,
        "conversation_id": made.id,
        "number": 1,
        "started_at": made.started_at,
        "started_on": local.date(),
        "started_hour": local.hour,
        "last_at": _last_at(made),
        "first_question": made.question if outcome.name != "small_talk" else None,
        "context": {},
        "outcome": outcome.name,
        "part": outcome.part,
        "rule_version": outcome.rule_version,
        "questions": outcome.questions,
        "unanswered": outcome.unanswered,
        **asdict(tally(made.events)),
        "handoff_reason": _reason(made) if outcome.name == "handed_off" else None,
        "csat": made.csat,
        "nps": made.nps,
        "entry": outcome.entry,
        "topic": outcome.topic,
        "repeat_within": repeat,
    }


def _reason(made: MadeContact) -> str | None:
    reasons = [
        e.data["reason"] for e in made.events if e.type.startswith(("handoff_r", "person_a"))
    ]
    return reasons[-1] if reasons else None


def _handoff(made: MadeContact, handoff: MadeHandoff | None) -> dict[str, Any]:
    assert handoff is not None
    return {
        "id": handoff.id,
        "conversation_id": made.id,
        "episode_id": made.episode_id,
        "kind": handoff.kind,
        "state": handoff.state,
        "reason": handoff.reason,
        "question": handoff.question,
        "reference": handoff.reference,
        "requested_at": handoff.requested_at,
        "claimed_at": handoff.claimed_at,
        "closed_at": handoff.closed_at,
        "agent_id": handoff.agent.id if handoff.agent else None,
        "resolution": handoff.resolution,
        "contact": handoff.contact,
        "time_to_person": handoff.time_to_person,
        "first_response": handoff.first_response,
        "handle_time": handoff.handle_time,
    }


def _messages(made: MadeContact) -> list[dict[str, Any]]:
    return [
        {
            "conversation_id": made.id,
            "seq": each.seq,
            "episode_id": made.episode_id,
            "at": each.at,
            "sender": each.sender,
            "kind": each.kind,
            "text": each.text,
            "faq_id": each.faq_id,
            "confidence": each.confidence,
            "payload": None,
            "agent_id": each.agent.id if each.agent else None,
            "agent_name": each.agent.name if each.agent else None,
            "client_msg_id": f"made-{each.seq}",
        }
        for each in made.messages
    ]


def _events(made: MadeContact) -> list[dict[str, Any]]:
    return [
        {"episode_id": made.episode_id, "at": e.at, "type": e.type, "data": dict(e.data)}
        for e in made.events
    ]
