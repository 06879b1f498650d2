"""The log of each episode. Rows are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from helpdesk.store.tables import events as table
from helpdesk.types import Event


def add(connection: Connection, episode_id: str, events: Sequence[Event]) -> None:
    if events:
        connection.execute(
            insert(table),
            [
                {"episode_id": episode_id, "at": e.at, "type": e.type, "data": dict(e.data)}
                for e in events
            ],
        )


def of_episode(connection: Connection, episode_id: str) -> list[Event]:
    query = select(table).where(table.c.episode_id == episode_id).order_by(table.c.id)
    return [Event(row.at, row.type, row.data) for row in connection.execute(query)]


def count(connection: Connection, episode_id: str, event_type: str) -> int:
    query = select(table.c.id).where(table.c.episode_id == episode_id, table.c.type == event_type)
    return len(connection.execute(query).all())
