"""What agents write again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from helpdesk.store.tables import staff
from helpdesk.store.team_tables import ready_replies as table


@dataclass(frozen=True, slots=True)
class ReadyReply:
    """`by` changed it last, `at` that time."""

    id: str
    language: str
    title: str
    text: str
    at: datetime
    by: str


def listed(connection: Connection, language: str | None = None) -> list[ReadyReply]:
    """By language and title."""
    query = (
        select(table, staff.c.name)
        .join(staff, staff.c.id == table.c.staff_id)
        .order_by(table.c.language, table.c.title)
    )
    if language is not None:
        query = query.where(table.c.language == language)
    return [
        ReadyReply(row.id, row.language, row.title, row.text, row.at, row.name)
        for row in connection.execute(query)
    ]


def add(connection: Connection, reply: ReadyReply, staff_id: str) -> None:
    connection.execute(
        insert(table).values(
            id=reply.id,
            language=reply.language,
            title=reply.title,
            text=reply.text,
            at=reply.at,
            staff_id=staff_id,
        )
    )


def change(connection: Connection, reply: ReadyReply, staff_id: str) -> bool:
    """False when there is none with this id."""
    changed = (
        update(table)
        .where(table.c.id == reply.id)
        .values(title=reply.title, text=reply.text, at=reply.at, staff_id=staff_id)
    )
    return connection.execute(changed).rowcount == 1


def remove(connection: Connection, reply_id: str) -> None:
    connection.execute(delete(table).where(table.c.id == reply_id))
