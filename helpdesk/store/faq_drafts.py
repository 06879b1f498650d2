"""Entries of the FAQ as they are being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, select, update

from helpdesk.store.faq_tables import faq_drafts as table
from helpdesk.store.inserting import insert_into
from helpdesk.store.tables import staff

State = Literal["draft", "review", "removal"]


@dataclass(frozen=True, slots=True)
class Draft:
    """`base` is the entry that the draft was made from, None for a new one; both as plain data.
    `note` is the last thing that one of the writers said about it. `removal`: publishing it removes
    the entry."""

    entry_id: str
    language: str
    base: dict[str, Any] | None
    content: dict[str, Any]
    revision: int
    state: State
    note: str
    at: datetime
    staff_id: str
    by: str = ""


_NAMES = tuple(name for name in Draft.__dataclass_fields__ if name != "by")


def everything(connection: Connection) -> list[Draft]:
    """Newest first."""
    query = _with_name().order_by(table.c.at.desc(), table.c.entry_id, table.c.language)
    return [_draft(row) for row in connection.execute(query)]


def get(connection: Connection, entry_id: str, language: str) -> Draft | None:
    query = _with_name().where(table.c.entry_id == entry_id, table.c.language == language)
    row = connection.execute(query).one_or_none()
    return None if row is None else _draft(row)


def put(connection: Connection, draft: Draft, after: int) -> bool:
    """Store it over the one with revision `after`, 0 for none. False when that is another one."""
    values = {name: getattr(draft, name) for name in _NAMES}
    if after == 0:
        new = insert_into(connection, table).values(values).on_conflict_do_nothing()
        # A row comes back only where one was written; not every driver counts them.
        return connection.execute(new.returning(table.c.revision)).first() is not None
    same = (table.c.entry_id == draft.entry_id) & (table.c.language == draft.language)
    done = connection.execute(update(table).where(same, table.c.revision == after).values(values))
    return done.rowcount == 1


def remove(connection: Connection, entry_id: str, language: str, revision: int) -> bool:
    """False when it has another revision."""
    same = (table.c.entry_id == entry_id) & (table.c.language == language)
    return connection.execute(delete(table).where(same, table.c.revision == revision)).rowcount == 1


def _with_name() -> Any:
    return select(table, staff.c.name.label("by")).join(staff, staff.c.id == table.c.staff_id)


def _draft(row: Row[Any]) -> Draft:
    return Draft(**{name: getattr(row, name) for name in _NAMES}, by=row.by)
