"""The log of each episode. Rows are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, insert, or_, select

from helpdesk.store.tables import episodes
from helpdesk.store.tables import events as table
from helpdesk.types import Event

_ADD = insert(table)
_IS_DECISION = table.c.type == "decided"
# Two of three lines of a long conversation; whether a message waits hangs on the latest of each.
_COMMON = ("received", "replied")
_LATEST = (
    select(func.max(table.c.id))
    .where(table.c.episode_id == bindparam("episode"), table.c.type.in_(_COMMON))
    .group_by(table.c.type)
)
_STANDING = (
    select(
        table.c.at,
        table.c.type,
        case((_IS_DECISION, table.c.data["kind"].as_string())).label("kind"),
        case((_IS_DECISION, table.c.data["shown"].as_integer())).label("shown"),
        case((table.c.type.in_(("decided", "labelled")), table.c.data["faq_id"].as_string())).label(
            "faq_id"
        ),
        case((_IS_DECISION, table.c.data["topic"].as_string())).label("topic"),
        case(
            (
                table.c.type.in_(("decided", "feedback", "labelled")),
                table.c.data["seq"].as_integer(),
            )
        ).label("seq"),
        case((table.c.type == "feedback", table.c.data["helpful"].as_boolean())).label("helpful"),
    )
    .where(
        table.c.episode_id == bindparam("episode"),
        or_(table.c.type.not_in(_COMMON), table.c.id.in_(_LATEST)),
    )
    .order_by(table.c.id)
)
_READ = ("kind", "shown", "faq_id", "topic", "seq", "helpful")


def add(connection: Connection, episode_id: str, events: Sequence[Event]) -> None:
    if events:
        connection.execute(
            _ADD,
            [
                {"episode_id": episode_id, "at": e.at, "type": e.type, "data": dict(e.data)}
                for e in events
            ],
        )


def of_episode(connection: Connection, episode_id: str) -> list[Event]:
    query = select(table).where(table.c.episode_id == episode_id).order_by(table.c.id)
    return [Event(row.at, row.type, row.data) for row in connection.execute(query)]


PEOPLES_WORK = (
    "received",
    "agent_message",
    "handoff_claimed",
    "handoff_transferred",
    "handoff_released",
    "handoff_closed",
)


def of_people(connection: Connection, conversation_id: str, since: datetime) -> list[Event]:
    """What tells how long people were at a conversation, without what each line carries."""
    query = (
        select(table.c.at, table.c.type)
        .join(episodes, episodes.c.id == table.c.episode_id)
        .where(
            episodes.c.conversation_id == conversation_id,
            table.c.at >= since,
            table.c.type.in_(PEOPLES_WORK),
        )
        .order_by(table.c.id)
    )
    return [Event(at, kind) for at, kind in connection.execute(query)]


def standing(connection: Connection, episode_id: str) -> list[Event]:
    """The log as `outcomes.settle` and `tally.tally` need it. It is read at every message of an
    episode, and the candidates of each decision are most of it: they stay in the database, as does
    that a customer wrote and was answered, but for the latest of both."""
    return [
        Event(at, kind_of, dict(zip(_READ, values, strict=True)))
        for at, kind_of, *values in connection.execute(_STANDING, {"episode": episode_id})
    ]


def count(connection: Connection, episode_id: str, event_type: str) -> int:
    query = select(table.c.id).where(table.c.episode_id == episode_id, table.c.type == event_type)
    return len(connection.execute(query).all())
