"""Who comes again about the same: it takes back that the contact before had helped."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from helpdesk.outcomes import RESOLVED
from helpdesk.store.tables import conversations
from helpdesk.store.tables import episodes as table
from helpdesk.types import Conversation

WINDOWS = (24, 72, 168)
"""Hours, shortest first."""


def mark(
    connection: Connection,
    conversation: Conversation,
    episode_id: str,
    started_at: datetime,
    topic: str | None,
) -> list[str]:
    """Note with the earlier episodes of the same person that this one, of `topic`, followed within
    a window. Returns the ids of those that changed.

    The same person: the known customer, else the same browser, else the same conversation. The
    same topic: as the entries answered with say; a contact that nothing answered may be about
    anything, so it counts.
    """
    since = started_at - timedelta(hours=WINDOWS[-1])
    query = (
        select(table.c.id, table.c.last_at, table.c.repeat_within)
        .join(conversations, conversations.c.id == table.c.conversation_id)
        .where(
            _same_person(conversation),
            conversations.c.site == conversation.site,
            table.c.id != episode_id,
            table.c.last_at >= since,
            table.c.last_at < started_at,
            table.c.outcome.in_(RESOLVED),
        )
    )
    if topic is not None:
        query = query.where(or_(table.c.topic == topic, table.c.topic.is_(None)))
    changed = []
    for earlier, last_at, known in connection.execute(query).all():
        hours = next(w for w in WINDOWS if started_at - last_at <= timedelta(hours=w))
        if known is None or hours < known:
            found = update(table).where(table.c.id == earlier).values(repeat_within=hours)
            connection.execute(found)
            changed.append(earlier)
    return changed


def _same_person(conversation: Conversation) -> ColumnElement[bool]:
    if conversation.customer is not None:
        return conversations.c.customer == conversation.customer
    if conversation.visitor is not None:
        return and_(
            conversations.c.visitor == conversation.visitor, conversations.c.customer.is_(None)
        )
    return conversations.c.id == conversation.id
