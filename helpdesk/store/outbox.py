"""What has to be told to other systems, written together with what it tells of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from helpdesk.ids import new_id
from helpdesk.store.tables import outbox as table


@dataclass(frozen=True, slots=True)
class Delivery:
    """`id` stays the same through all tries, so that a receiver can tell a second one; `error` is
    the last failure. state: due, done or dead."""

    id: str
    channel: str
    conversation_id: str
    handoff_id: str
    state: str
    attempts: int
    created_at: datetime
    due_at: datetime
    done_at: datetime | None
    error: str | None


def add(
    connection: Connection,
    channels: Sequence[str],
    conversation_id: str,
    handoff_id: str,
    now: datetime,
) -> None:
    for channel in channels:
        connection.execute(
            insert(table).values(
                id=new_id(),
                channel=channel,
                conversation_id=conversation_id,
                handoff_id=handoff_id,
                state="due",
                attempts=0,
                created_at=now,
                due_at=now,
            )
        )


def due(connection: Connection, now: datetime, limit: int) -> list[Delivery]:
    query = (
        select(table)
        .where(table.c.state == "due", table.c.due_at <= now)
        .order_by(table.c.due_at, table.c.id)
        .limit(limit)
    )
    return [Delivery(*row) for row in connection.execute(query)]


def take(connection: Connection, delivery: Delivery, until: datetime) -> bool:
    """Nobody else tries it before then. False: somebody has it already."""
    same = (table.c.id == delivery.id) & (table.c.state == "due")
    mine = update(table).where(same, table.c.due_at == delivery.due_at).values(due_at=until)
    return connection.execute(mine).rowcount == 1


def listed(connection: Connection, states: Sequence[str], limit: int) -> list[Delivery]:
    """Newest first."""
    query = (
        select(table)
        .where(table.c.state.in_(states))
        .order_by(table.c.created_at.desc(), table.c.id)
        .limit(limit)
    )
    return [Delivery(*row) for row in connection.execute(query)]


def counts(connection: Connection) -> dict[str, int]:
    query = select(table.c.state, func.count()).group_by(table.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def done(connection: Connection, delivery_id: str, now: datetime) -> None:
    _set(connection, delivery_id, state="done", done_at=now, error=None)


def failed(
    connection: Connection, delivery_id: str, attempts: int, due_at: datetime | None, error: str
) -> None:
    """Try again at `due_at`; never again by itself without."""
    if due_at is None:
        _set(connection, delivery_id, state="dead", attempts=attempts, error=error)
    else:
        _set(connection, delivery_id, attempts=attempts, due_at=due_at, error=error)


def again(connection: Connection, delivery_id: str, now: datetime) -> bool:
    """Take a dead one up again, with all its tries. False: it is not dead."""
    changed = (
        update(table)
        .where(table.c.id == delivery_id, table.c.state == "dead")
        .values(state="due", attempts=0, due_at=now)
    )
    return connection.execute(changed).rowcount > 0


def _set(connection: Connection, delivery_id: str, **values: object) -> None:
    connection.execute(update(table).where(table.c.id == delivery_id).values(**values))
