"""Conversations: the row every change of a conversation locks first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from helpdesk.store.tables import conversation_tokens as tokens
from helpdesk.store.tables import conversations as table
from helpdesk.store.tables import staff
from helpdesk.types import Conversation

# Built once: building a statement takes longer than SQLite takes to run it.
_SAME = table.c.id == bindparam("conversation")
_GET = select(table).where(_SAME)
_LOCK = _GET.with_for_update()
_NEXT = update(table).where(_SAME).returning(table.c.last_seq)
_NEXT_SEQ = _NEXT.values(last_seq=table.c.last_seq + 1)
_NEXT_OF_CUSTOMER = _NEXT.values(last_seq=table.c.last_seq + 1, customer_seq=table.c.last_seq + 1)
_ANSWERED = (
    update(table)
    .where(_SAME, table.c.answered_seq < bindparam("seq"))
    .values(answered_seq=bindparam("seq"))
)
_CHANGE = update(table).where(_SAME)
_HAS_TOKEN = select(tokens.c.conversation_id).where(
    tokens.c.token_hash == bindparam("token_hash"),
    tokens.c.conversation_id == bindparam("conversation"),
)


def add(connection: Connection, conversation: Conversation, token_hash: str) -> None:
    connection.execute(
        insert(table).values(
            id=conversation.id,
            token_hash=token_hash,
            site=conversation.site,
            language=conversation.language,
            page=conversation.page,
            visitor=conversation.visitor,
            customer=conversation.customer,
            traffic=conversation.traffic,
            channel=conversation.channel,
            state=conversation.state,
            agent_id=conversation.agent_id,
            created_at=conversation.created_at,
            last_seq=0,
            customer_seq=0,
            answered_seq=0,
        )
    )


def get(connection: Connection, conversation_id: str) -> Conversation | None:
    row = connection.execute(_GET, {"conversation": conversation_id}).one_or_none()
    return None if row is None else _conversation(row)


def with_token_hash(
    connection: Connection, conversation_id: str
) -> tuple[Conversation, str] | None:
    """With what its first key is known by."""
    row = connection.execute(_GET, {"conversation": conversation_id}).one_or_none()
    return None if row is None else (_conversation(row), row.token_hash)


def lock(connection: Connection, conversation_id: str) -> Conversation | None:
    """Read it and keep others from changing it until the transaction ends."""
    row = connection.execute(_LOCK, {"conversation": conversation_id}).one_or_none()
    return None if row is None else _conversation(row)


def has_token(connection: Connection, conversation_id: str, token_hash: str) -> bool:
    """Whether this is a further key of the conversation."""
    values = {"token_hash": token_hash, "conversation": conversation_id}
    return connection.execute(_HAS_TOKEN, values).first() is not None


def add_token(
    connection: Connection, conversation_id: str, token_hash: str, created_at: datetime
) -> None:
    connection.execute(
        insert(tokens).values(
            token_hash=token_hash, conversation_id=conversation_id, created_at=created_at
        )
    )


def newest_of_customer(
    connection: Connection, site: str, customer: str, language: str
) -> Conversation | None:
    """The conversation in which this customer wrote, begun last."""
    query = (
        select(table)
        .where(
            table.c.site == site,
            table.c.customer == customer,
            table.c.language == language,
            table.c.customer_seq > 0,
        )
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _conversation(row)


def set_customer(connection: Connection, conversation_id: str, customer: str) -> None:
    _change(connection, conversation_id, customer=customer)


def next_seq(connection: Connection, conversation_id: str, *, of_customer: bool) -> int:
    """The number of a new message; a customer's then waits for an answer."""
    changed = _NEXT_OF_CUSTOMER if of_customer else _NEXT_SEQ
    return int(connection.execute(changed, {"conversation": conversation_id}).scalar_one())


def set_state(
    connection: Connection, conversation_id: str, state: str, agent_id: str | None = None
) -> None:
    _change(connection, conversation_id, state=state, agent_id=agent_id)


def set_answered(connection: Connection, conversation_id: str, seq: int) -> bool:
    """False when this message was dealt with already, by another process for instance."""
    values = {"conversation": conversation_id, "seq": seq}
    return connection.execute(_ANSWERED, values).rowcount == 1


def unanswered(connection: Connection) -> Sequence[str]:
    query = (
        select(table.c.id)
        .where(table.c.customer_seq > table.c.answered_seq)
        .order_by(table.c.created_at)
    )
    return connection.execute(query).scalars().all()


def agent_name(connection: Connection, conversation_id: str) -> str | None:
    query = (
        select(staff.c.name)
        .join(table, table.c.agent_id == staff.c.id)
        .where(table.c.id == conversation_id)
    )
    return connection.execute(query).scalar_one_or_none()


def _change(connection: Connection, conversation_id: str, **values: Any) -> None:
    connection.execute(_CHANGE, {"conversation": conversation_id, **values})


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        site=row.site,
        language=row.language,
        page=row.page,
        visitor=row.visitor,
        customer=row.customer,
        traffic=row.traffic,
        state=row.state,
        agent_id=row.agent_id,
        created_at=row.created_at,
        last_seq=row.last_seq,
        channel=row.channel,
        customer_seq=row.customer_seq,
        answered_seq=row.answered_seq,
    )
