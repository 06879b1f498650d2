"""What agents write beside a conversation for each other. No customer sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from helpdesk.ids import new_id
from helpdesk.store.tables import staff
from helpdesk.store.team_tables import conversation_notes as table


@dataclass(frozen=True, slots=True)
class Note:
    at: datetime
    by: str
    text: str


def add(
    connection: Connection, conversation_id: str, staff_id: str, text: str, at: datetime
) -> None:
    values = {"id": new_id(), "conversation_id": conversation_id, "staff_id": staff_id}
    connection.execute(insert(table).values(**values, text=text, at=at))


def of_conversation(connection: Connection, conversation_id: str) -> list[Note]:
    """Oldest first."""
    query = (
        select(table.c.at, table.c.text, staff.c.name)
        .join(staff, staff.c.id == table.c.staff_id)
        .where(table.c.conversation_id == conversation_id)
        .order_by(table.c.at, table.c.id)
    )
    return [Note(row.at, row.name, row.text) for row in connection.execute(query)]
