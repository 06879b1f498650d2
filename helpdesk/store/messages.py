"""Messages: numbered without gaps within their conversation, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from helpdesk.store import conversations
from helpdesk.store.tables import messages as table
from helpdesk.types import Choice, Link, Message

_HERE = table.c.conversation_id == bindparam("conversation")
_ADD = insert(table)
_ONE = select(table).where(_HERE, table.c.seq == bindparam("number"))
_BY_CLIENT_ID = select(table).where(_HERE, table.c.client_msg_id == bindparam("client_id"))
_NEXT_OF_CUSTOMER = (
    select(table)
    .where(_HERE, table.c.seq > bindparam("after"), table.c.sender == "customer")
    .order_by(table.c.seq)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A button as it was shown: where, and what it stands for.

    `current` is True when no later message of the bot has buttons."""

    seq: int
    episode_id: str | None
    label: str
    meaning: Mapping[str, Any]
    current: bool


def add(
    connection: Connection,
    message: Message,
    *,
    meanings: Mapping[str, Mapping[str, Any]] | None = None,
    pressed: Mapping[str, Any] | None = None,
    agent_id: str | None = None,
) -> Message:
    """Store with the next number (that of `message` is not looked at) and return it so.

    `meanings` says what each choice id stands for, `pressed` what a customer's button stood for.
    """
    of_customer = message.sender == "customer"
    seq = conversations.next_seq(connection, message.conversation_id, of_customer=of_customer)
    values = {
        "conversation_id": message.conversation_id,
        "seq": seq,
        "episode_id": message.episode_id,
        "at": message.at,
        "sender": message.sender,
        "kind": message.kind,
        "text": message.text,
        "faq_id": message.faq_id,
        "confidence": message.confidence,
        "payload": _payload(message, meanings or {}, pressed),
        "agent_id": agent_id,
        "agent_name": message.agent_name,
        "client_msg_id": message.client_msg_id,
    }
    connection.execute(_ADD, values)
    return replace(message, seq=seq)


def after(
    connection: Connection, conversation_id: str, seq: int, limit: int | None
) -> list[Message]:
    query = (
        select(table)
        .where(table.c.conversation_id == conversation_id, table.c.seq > seq)
        .order_by(table.c.seq)
        .limit(limit)
    )
    return [_message(row) for row in connection.execute(query)]


def get(connection: Connection, conversation_id: str, seq: int) -> Message | None:
    row = _one(connection, conversation_id, seq)
    return None if row is None else _message(row)


def pressed(connection: Connection, conversation_id: str, seq: int) -> Mapping[str, Any] | None:
    """What the button of this customer's message stood for; None when it was typed."""
    row = _one(connection, conversation_id, seq)
    return None if row is None else (row.payload or {}).get("pressed")


def by_client_id(
    connection: Connection, conversation_id: str, client_msg_id: str
) -> Message | None:
    values = {"conversation": conversation_id, "client_id": client_msg_id}
    row = connection.execute(_BY_CLIENT_ID, values).one_or_none()
    return None if row is None else _message(row)


def next_of_customer(
    connection: Connection, conversation_id: str, after: int
) -> tuple[Message, Mapping[str, Any] | None] | None:
    """With what its button stood for."""
    values = {"conversation": conversation_id, "after": after}
    row = connection.execute(_NEXT_OF_CUSTOMER, values).one_or_none()
    return None if row is None else (_message(row), (row.payload or {}).get("pressed"))


def last_typed(connection: Connection, episode_id: str) -> str | None:
    """The customer's last own words in this episode, not those of a button."""
    query = (
        select(table.c.text, table.c.payload)
        .where(table.c.episode_id == episode_id, table.c.sender == "customer")
        .order_by(table.c.seq.desc())
        .limit(20)
    )
    rows = connection.execute(query)
    return next((row.text for row in rows if "pressed" not in (row.payload or {})), None)


def find_choice(connection: Connection, conversation_id: str, choice_id: str) -> ShownChoice | None:
    """Look among the buttons shown in the last 200 messages."""
    query = (
        select(table.c.seq, table.c.episode_id, table.c.payload)
        .where(table.c.conversation_id == conversation_id, table.c.sender != "customer")
        .order_by(table.c.seq.desc())
        .limit(200)
    )
    current = True
    for row in connection.execute(query):
        choices = (row.payload or {}).get("choices", [])
        for choice in choices:
            if choice["id"] == choice_id:
                return ShownChoice(
                    row.seq, row.episode_id, choice["label"], choice["meaning"], current
                )
        current = current and not choices
    return None


def of_episode(connection: Connection, episode_id: str) -> list[Message]:
    query = (
        select(table)
        .where(table.c.episode_id == episode_id)
        .order_by(table.c.conversation_id, table.c.seq)
    )
    return [_message(row) for row in connection.execute(query)]


def _one(connection: Connection, conversation_id: str, seq: int) -> Row[Any] | None:
    values = {"conversation": conversation_id, "number": seq}
    return connection.execute(_ONE, values).one_or_none()


def _payload(
    message: Message,
    meanings: Mapping[str, Mapping[str, Any]],
    pressed: Mapping[str, Any] | None,
) -> dict[str, Any] | None:
    payload: dict[str, Any] = {}
    if message.choices:
        payload["choices"] = [
            {"id": c.id, "label": c.label, "meaning": dict(meanings[c.id])} for c in message.choices
        ]
    if message.links:
        payload["links"] = [{"title": link.title, "url": link.url} for link in message.links]
    if pressed is not None:
        payload["pressed"] = dict(pressed)
    return payload or None


def _message(row: Row[Any]) -> Message:
    payload = row.payload or {}
    return Message(
        conversation_id=row.conversation_id,
        seq=row.seq,
        at=row.at,
        sender=row.sender,
        kind=row.kind,
        text=row.text,
        faq_id=row.faq_id,
        confidence=row.confidence,
        choices=tuple(Choice(c["id"], c["label"]) for c in payload.get("choices", ())),
        links=tuple(Link(link["title"], link["url"]) for link in payload.get("links", ())),
        agent_name=row.agent_name,
        client_msg_id=row.client_msg_id,
        episode_id=row.episode_id,
    )
