"""How every entry of the FAQ stood after each of its changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from helpdesk.store.faq_tables import faq_versions as table
from helpdesk.store.inserting import insert_into
from helpdesk.store.tables import staff


@dataclass(frozen=True, slots=True)
class Version:
    """`content` is an entry as plain data, None where it was removed; `by` is a person's name, None
    where the file was changed."""

    entry_id: str
    language: str
    number: int
    content: dict[str, Any] | None
    at: datetime
    why: str = ""
    staff_id: str | None = None
    by: str | None = None


def newest(connection: Connection) -> list[Version]:
    """The last one of each entry, removed ones too. One statement."""
    last = (
        select(table.c.entry_id, table.c.language, func.max(table.c.number).label("number"))
        .group_by(table.c.entry_id, table.c.language)
        .subquery()
    )
    same = and_(*(table.c[name] == last.c[name] for name in ("entry_id", "language", "number")))
    return [_version(row) for row in connection.execute(select(table).join(last, same))]


def of_entry(connection: Connection, entry_id: str, language: str) -> list[Version]:
    """Newest first."""
    query = (
        select(table, staff.c.name.label("by"))
        .outerjoin(staff, staff.c.id == table.c.staff_id)
        .where(table.c.entry_id == entry_id, table.c.language == language)
        .order_by(table.c.number.desc())
    )
    return [_version(row, row.by) for row in connection.execute(query)]


def edited(connection: Connection, since: datetime, until: datetime, limit: int) -> list[Version]:
    """Changes of entries that were there before, newest first."""
    query = (
        select(table, staff.c.name.label("by"))
        .outerjoin(staff, staff.c.id == table.c.staff_id)
        .where(table.c.at.between(since, until), table.c.number > 1, table.c.content.is_not(None))
        .order_by(table.c.at.desc())
        .limit(limit)
    )
    return [_version(row, row.by) for row in connection.execute(query)]


def add(connection: Connection, versions: Sequence[Version]) -> None:
    """Those that another process has noted at the same time are left as it noted them."""
    names = [name for name in Version.__dataclass_fields__ if name != "by"]
    if versions:
        rows = [{name: getattr(version, name) for name in names} for version in versions]
        connection.execute(insert_into(connection, table).on_conflict_do_nothing(), rows)


def _version(row: Row[Any], by: str | None = None) -> Version:
    names = [name for name in Version.__dataclass_fields__ if name != "by"]
    return Version(**{name: getattr(row, name) for name in names}, by=by)
