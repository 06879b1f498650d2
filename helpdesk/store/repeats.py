"""Who comes again about the same: it takes back that the contact before had helped."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Select, bindparam, or_, select, update

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
    known_by, person = _person(conversation)
    values = {
        "person": person,
        "site": conversation.site,
        "episode": episode_id,
        "since": since,
        "until": started_at,
    }
    if topic is not None:
        values["about"] = topic
    query = _earlier(known_by, topic is not None)
    changed = []
    for earlier, last_at, known in connection.execute(query, values).all():
        hours = next(w for w in WINDOWS if started_at - last_at <= timedelta(hours=w))
        if known is None or hours < known:
            found = update(table).where(table.c.id == earlier).values(repeat_within=hours)
            connection.execute(found)
            changed.append(earlier)
    return changed


def _person(conversation: Conversation) -> tuple[str, str]:
    """The column of conversations that tells who it is, and what is in it."""
    if conversation.customer is not None:
        return "customer", conversation.customer
    if conversation.visitor is not None:
        return "visitor", conversation.visitor
    return "id", conversation.id


@cache
def _earlier(known_by: str, of_topic: bool) -> Select[str, datetime, int | None]:
    query = (
        select(table.c.id, table.c.last_at, table.c.repeat_within)
        .join(conversations, conversations.c.id == table.c.conversation_id)
        .where(
            conversations.c[known_by] == bindparam("person"),
            conversations.c.site == bindparam("site"),
            table.c.id != bindparam("episode"),
            table.c.last_at >= bindparam("since"),
            table.c.last_at < bindparam("until"),
            table.c.outcome.in_(RESOLVED),
        )
    )
    if known_by == "visitor":
        query = query.where(conversations.c.customer.is_(None))
    if of_topic:
        query = query.where(or_(table.c.topic == bindparam("about"), table.c.topic.is_(None)))
    return query
