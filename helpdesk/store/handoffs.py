"""Handoffs: who waits for a person, and which person took it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from helpdesk.store.tables import conversations, staff
from helpdesk.store.tables import handoffs as table
from helpdesk.types import Handoff, InboxRow

LIVE = ("waiting", "agent")


def add(connection: Connection, handoff: Handoff) -> None:
    connection.execute(
        insert(table).values(
            id=handoff.id,
            conversation_id=handoff.conversation_id,
            episode_id=handoff.episode_id,
            kind=handoff.kind,
            state=handoff.state,
            reason=handoff.reason,
            question=handoff.question,
            reference=handoff.reference,
            requested_at=handoff.requested_at,
            contact=None if handoff.contact is None else dict(handoff.contact),
        )
    )


def claim(connection: Connection, conversation_id: str, agent_id: str, at: datetime) -> bool:
    """The one conditional update that decides who gets it. False: it was not waiting any more."""
    changed = (
        update(table)
        .where(table.c.conversation_id == conversation_id, table.c.state == "waiting")
        .values(state="agent", agent_id=agent_id, claimed_at=at)
    )
    return connection.execute(changed).rowcount > 0


def release(connection: Connection, conversation_id: str) -> bool:
    changed = (
        update(table)
        .where(table.c.conversation_id == conversation_id, table.c.state == "agent")
        .values(state="waiting", agent_id=None)
    )
    return connection.execute(changed).rowcount > 0


def transfer(connection: Connection, conversation_id: str, agent_id: str) -> None:
    changed = (
        update(table)
        .where(table.c.conversation_id == conversation_id, table.c.state == "agent")
        .values(agent_id=agent_id)
    )
    connection.execute(changed)


def cancel(connection: Connection, conversation_id: str, at: datetime) -> bool:
    """Chats only: contact details the customer left are still to be answered."""
    changed = (
        update(table)
        .where(
            table.c.conversation_id == conversation_id,
            table.c.state == "waiting",
            table.c.kind == "chat",
        )
        .values(state="cancelled", closed_at=at)
    )
    return connection.execute(changed).rowcount > 0


def close(
    connection: Connection,
    handoff_id: str,
    resolution: str,
    at: datetime,
    handle_time: float | None,
) -> bool:
    """False when it was closed or cancelled already."""
    changed = (
        update(table)
        .where(table.c.id == handoff_id, table.c.state.in_(LIVE))
        .values(state="closed", resolution=resolution, closed_at=at, handle_time=handle_time)
    )
    return connection.execute(changed).rowcount == 1


def set_time(connection: Connection, handoff: Handoff, name: str, at: datetime) -> None:
    """The seconds from asking to `at`; what was measured first stays.

    `name`: time_to_person or first_response.
    """
    seconds = (at - handoff.requested_at).total_seconds()
    mine = (table.c.id == handoff.id) & table.c[name].is_(None)
    connection.execute(update(table).where(mine).values({name: seconds}))


def set_late_told(connection: Connection, handoff_id: str, at: datetime) -> None:
    connection.execute(update(table).where(table.c.id == handoff_id).values(late_told_at=at))


def chats_by_agent(connection: Connection) -> dict[str, int]:
    """How many chats each agent has now."""
    query = (
        select(table.c.agent_id, func.count().label("chats"))
        .where(table.c.kind == "chat", table.c.state == "agent")
        .group_by(table.c.agent_id)
    )
    return {row.agent_id: row.chats for row in connection.execute(query)}


def live(connection: Connection, conversation_id: str) -> list[Handoff]:
    query = (
        select(table)
        .where(table.c.conversation_id == conversation_id, table.c.state.in_(LIVE))
        .order_by(table.c.requested_at)
    )
    return [_handoff(row) for row in connection.execute(query)]


def of_conversation(connection: Connection, conversation_id: str) -> list[Handoff]:
    query = (
        select(table)
        .where(table.c.conversation_id == conversation_id)
        .order_by(table.c.requested_at)
    )
    return [_handoff(row) for row in connection.execute(query)]


def of_episode(connection: Connection, episode_id: str) -> list[Handoff]:
    query = select(table).where(table.c.episode_id == episode_id).order_by(table.c.requested_at)
    return [_handoff(row) for row in connection.execute(query)]


def position(connection: Connection, conversation_id: str) -> int | None:
    """Place in the queue of chats, 1 first; None when it does not wait in it."""
    waiting = (table.c.kind == "chat", table.c.state == "waiting")
    mine = connection.execute(
        select(table.c.requested_at, table.c.id).where(
            table.c.conversation_id == conversation_id, *waiting
        )
    ).one_or_none()
    if mine is None:
        return None
    earlier = or_(
        table.c.requested_at < mine.requested_at,
        (table.c.requested_at == mine.requested_at) & (table.c.id < mine.id),
    )
    query = select(func.count()).select_from(table).where(*waiting, earlier)
    return connection.execute(query).scalar_one() + 1


def recent_waits(connection: Connection, since: datetime, limit: int) -> list[float | None]:
    """Seconds until a person came, of the newest chats that were decided since then; None when
    the customer gave up or nobody came."""
    query = (
        select(table.c.requested_at, table.c.claimed_at)
        .where(
            table.c.kind == "chat",
            table.c.state.in_(("agent", "closed", "cancelled")),
            table.c.requested_at >= since,
        )
        .order_by(table.c.requested_at.desc())
        .limit(limit)
    )
    return [
        None if row.claimed_at is None else (row.claimed_at - row.requested_at).total_seconds()
        for row in connection.execute(query)
    ]


def waiting_chats(
    connection: Connection, before: datetime | None = None, *, untold: bool = False
) -> Sequence[str]:
    """Conversations in the queue, first come first; only those that came before `before`, and
    with `untold` only those that have not been told that nobody came yet."""
    query = (
        select(table.c.conversation_id)
        .where(table.c.kind == "chat", table.c.state == "waiting")
        .order_by(table.c.requested_at, table.c.id)
    )
    if before is not None:
        query = query.where(table.c.requested_at < before)
    if untold:
        query = query.where(table.c.late_told_at.is_(None))
    return connection.execute(query).scalars().all()


def rows(
    connection: Connection,
    *,
    states: Collection[str] = LIVE,
    conversation_id: str | None = None,
    limit: int = 500,
) -> list[InboxRow]:
    """Oldest request first; those closed long ago are cut off by `limit`, newest kept."""
    query = (
        select(
            table,
            conversations.c.language,
            conversations.c.site,
            conversations.c.page,
            conversations.c.last_seq,
            staff.c.name.label("agent_name"),
            staff.c.last_seen_at.label("agent_seen_at"),
        )
        .join(conversations, conversations.c.id == table.c.conversation_id)
        .outerjoin(staff, staff.c.id == table.c.agent_id)
        .order_by(table.c.requested_at.desc(), table.c.id.desc())
        .limit(limit)
    )
    if conversation_id is not None:
        query = query.where(table.c.conversation_id == conversation_id)
    else:
        query = query.where(table.c.state.in_(states))
    found = list(reversed(connection.execute(query).all()))
    queue = {chat: place for place, chat in enumerate(waiting_chats(connection), 1)}
    return [_inbox_row(row, queue.get(row.conversation_id)) for row in found]


def _handoff(row: Row[Any]) -> Handoff:
    return Handoff(
        id=row.id,
        conversation_id=row.conversation_id,
        episode_id=row.episode_id,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        question=row.question,
        reference=row.reference,
        requested_at=row.requested_at,
        claimed_at=row.claimed_at,
        closed_at=row.closed_at,
        agent_id=row.agent_id,
        resolution=row.resolution,
        contact=row.contact,
        time_to_person=row.time_to_person,
        first_response=row.first_response,
        handle_time=row.handle_time,
    )


def _inbox_row(row: Row[Any], place: int | None) -> InboxRow:
    waiting_chat = row.kind == "chat" and row.state == "waiting"
    return InboxRow(
        handoff_id=row.id,
        conversation_id=row.conversation_id,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        question=row.question,
        reference=row.reference,
        language=row.language,
        site=row.site,
        page=row.page,
        waiting_since=row.requested_at,
        claimed_at=row.claimed_at,
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        agent_seen_at=row.agent_seen_at,
        contact_name=(row.contact or {}).get("name"),
        position=place if waiting_chat else None,
        last_seq=row.last_seq,
    )
