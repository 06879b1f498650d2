"""Labels: one for each question and source; a later verdict takes the place of an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, case, delete, func, insert, select

from helpdesk.ids import new_id
from helpdesk.store.tables import labels as table

Verdict = Literal["right", "wrong", "none"]
# Of one question, the word of those who know the FAQ counts for more.
_BEST_FIRST = ("lead", "agent", "file", "feedback")


@dataclass(frozen=True, slots=True)
class StoredLabel:
    """`about` names the question: of a conversation its message, else its words by their hash."""

    about: str
    source: str
    question: str = field(repr=False)
    language: str | None
    verdict: Verdict
    entries: tuple[str, ...]
    at: datetime
    previous: str | None = None
    shown: str | None = None
    conversation_id: str | None = None
    seq: int | None = None
    staff_id: str | None = None


def put(connection: Connection, label: StoredLabel, now: datetime) -> None:
    same = (table.c.about == label.about) & (table.c.source == label.source)
    connection.execute(delete(table).where(same))
    names = StoredLabel.__dataclass_fields__
    values: dict[str, Any] = {name: getattr(label, name) for name in names}
    connection.execute(
        insert(table).values(
            id=new_id(), stored_at=now, **(values | {"entries": list(label.entries)})
        )
    )


def everything(connection: Connection) -> list[StoredLabel]:
    """One for each question, of its best source; oldest first."""
    rank = case({name: place for place, name in enumerate(_BEST_FIRST)}, value=table.c.source)
    best: dict[str, Row[Any]] = {}
    for row in connection.execute(select(table).order_by(rank.desc(), table.c.at)):
        best[row.about] = row
    return [_label(row) for row in sorted(best.values(), key=lambda row: row.at)]


def of_message(connection: Connection, about: str, sources: Sequence[str]) -> StoredLabel | None:
    """The newest label of these sources."""
    query = (
        select(table)
        .where(table.c.about == about, table.c.source.in_(sources))
        .order_by(table.c.at.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _label(row)


def counts(connection: Connection) -> list[tuple[str | None, str, int]]:
    """(language, source, how many), before the best source of each question is chosen."""
    query = (
        select(table.c.language, table.c.source, func.count())
        .group_by(table.c.language, table.c.source)
        .order_by(table.c.language.nulls_first(), table.c.source)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def stamp(connection: Connection) -> tuple[int, datetime | None]:
    """Changes whenever a label does."""
    row = connection.execute(select(func.count(), func.max(table.c.stored_at))).one()
    return row[0], row[1]


def _label(row: Row[Any]) -> StoredLabel:
    names = StoredLabel.__dataclass_fields__
    values = {name: getattr(row, name) for name in names}
    return StoredLabel(**(values | {"entries": tuple(row.entries)}))
