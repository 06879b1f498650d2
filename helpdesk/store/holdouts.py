"""Registered holdouts. Rows are added and stopped, never changed otherwise, and never removed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from helpdesk.holdout import Holdout, OtherAnswer
from helpdesk.store.report_tables import holdouts as table
from helpdesk.store.tables import staff

_RUNNING = (
    select(table, staff.c.name.label("by"))
    .join(staff, staff.c.id == table.c.staff_id)
    .where(
        table.c.begins <= bindparam("day"),
        table.c.ends >= bindparam("day"),
        table.c.stopped_at.is_(None),
    )
    .limit(1)
)


def registered(connection: Connection) -> list[Holdout]:
    """The latest first."""
    query = (
        select(table, staff.c.name.label("by"))
        .join(staff, staff.c.id == table.c.staff_id)
        .order_by(table.c.begins.desc(), table.c.id)
    )
    return [_holdout(row) for row in connection.execute(query)]


def running(connection: Connection, day: date) -> Holdout | None:
    row = connection.execute(_RUNNING, {"day": day}).first()
    return None if row is None else _holdout(row)


def add(connection: Connection, holdout: Holdout, staff_id: str, at: datetime) -> None:
    other = holdout.other
    answer = other if isinstance(other, OtherAnswer) else None
    connection.execute(
        insert(table).values(
            id=holdout.id,
            title=holdout.title,
            share=holdout.share,
            threshold=None if isinstance(other, OtherAnswer) else other,
            entry=answer and answer.entry,
            language=answer and answer.language,
            answer=answer and answer.text,
            figure=holdout.figure,
            begins=holdout.begins,
            ends=holdout.ends,
            staff_id=staff_id,
            at=at,
        )
    )


def stop(connection: Connection, holdout_id: str, at: datetime) -> None:
    mine = (table.c.id == holdout_id) & table.c.stopped_at.is_(None)
    connection.execute(update(table).where(mine).values(stopped_at=at))


def _holdout(row: Row[Any]) -> Holdout:
    return Holdout(
        id=row.id,
        title=row.title,
        share=row.share,
        other=OtherAnswer(row.entry, row.language, row.answer) if row.entry else row.threshold,
        figure=row.figure,
        begins=row.begins,
        ends=row.ends,
        by=row.by,
        stopped_at=row.stopped_at,
    )
