"""How a conversation stands, as the widget is told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from helpdesk.store import conversations, handoffs
from helpdesk.types import Conversation


def state_of(connection: Connection, conversation: Conversation) -> dict[str, Any]:
    """{"state", "position"? (waiting), "agent_name"? (agent)}"""
    found: dict[str, Any] = {"state": conversation.state}
    if conversation.state == "waiting":
        found["position"] = handoffs.position(connection, conversation.id) or 1
    if conversation.state == "agent":
        found["agent_name"] = conversations.agent_name(connection, conversation.id)
    return found
