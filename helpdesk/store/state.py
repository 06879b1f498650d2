"""How a conversation stands, as the widget is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from helpdesk import waits
from helpdesk.store import conversations, handoffs
from helpdesk.types import Conversation


def state_of(connection: Connection, conversation: Conversation, now: datetime) -> dict[str, Any]:
    """{"state", "position"? and "wait_minutes"? (waiting), "agent_name"? (agent)}"""
    if conversation.state == "waiting":
        place = handoffs.position(connection, conversation.id) or 1
        return waiting(place, typical_wait(connection, now))
    found: dict[str, Any] = {"state": conversation.state}
    if conversation.state == "agent":
        found["agent_name"] = conversations.agent_name(connection, conversation.id)
    return found


def waiting(place: int, wait_minutes: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {"state": "waiting", "position": place}
    return found if wait_minutes is None else found | {"wait_minutes": wait_minutes}


def typical_wait(connection: Connection, now: datetime) -> int | None:
    """Minutes; None when too little is known to say something honest."""
    recent = handoffs.recent_waits(connection, now - waits.WITHIN, waits.NEWEST)
    return waits.typical_minutes(recent)
