"""What the team assumes, aims at and has tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from helpdesk.store.inserting import insert_into
from helpdesk.store.report_tables import assumptions, initiatives, report_mails, targets
from helpdesk.store.tables import staff


@dataclass(frozen=True, slots=True)
class Target:
    """`figure` is to be `value` on the day `due`: a share (0 to 1), NPS in points, or seconds."""

    id: str
    figure: str
    value: float
    due: date
    by: str


@dataclass(frozen=True, slots=True)
class Initiative:
    """What was changed on `started_on`: for contacts that `entries` answered last, or that began on
    `pages` (how their addresses begin); for all where there are none."""

    id: str
    title: str
    started_on: date
    entries: tuple[str, ...]
    pages: tuple[str, ...]
    by: str


def assumed(connection: Connection) -> dict[str, Any]:
    return {row.name: row.value for row in connection.execute(select(assumptions))}


def assume(connection: Connection, name: str, value: Any, staff_id: str, at: datetime) -> None:
    said = {"value": value, "staff_id": staff_id, "at": at}
    changed = insert_into(connection, assumptions).values(name=name, **said)
    connection.execute(changed.on_conflict_do_update(index_elements=["name"], set_=said))


def forget(connection: Connection, name: str) -> None:
    connection.execute(delete(assumptions).where(assumptions.c.name == name))


def take_week(connection: Connection, monday: date, at: datetime) -> bool:
    """False when somebody else has taken it."""
    taken = insert_into(connection, report_mails).values(monday=monday, at=at)
    made = taken.on_conflict_do_nothing().returning(report_mails.c.monday)
    return connection.execute(made).first() is not None


def give_week_back(connection: Connection, monday: date) -> None:
    connection.execute(delete(report_mails).where(report_mails.c.monday == monday))


def aims(connection: Connection) -> Sequence[Target]:
    """The next due first."""
    query = (
        select(targets, staff.c.name)
        .join(staff, staff.c.id == targets.c.staff_id)
        .order_by(targets.c.due, targets.c.figure)
    )
    return [
        Target(row.id, row.figure, row.value, row.due, row.name)
        for row in connection.execute(query)
    ]


def aim(connection: Connection, target: Target, staff_id: str, at: datetime) -> None:
    connection.execute(
        insert(targets).values(
            id=target.id,
            figure=target.figure,
            value=target.value,
            due=target.due,
            staff_id=staff_id,
            at=at,
        )
    )


def drop_target(connection: Connection, target_id: str) -> None:
    connection.execute(delete(targets).where(targets.c.id == target_id))


def tried(connection: Connection) -> Sequence[Initiative]:
    """The latest first."""
    query = (
        select(initiatives, staff.c.name)
        .join(staff, staff.c.id == initiatives.c.staff_id)
        .order_by(initiatives.c.started_on.desc(), initiatives.c.id)
    )
    return [
        Initiative(
            row.id, row.title, row.started_on, tuple(row.entries), tuple(row.pages), row.name
        )
        for row in connection.execute(query)
    ]


def begin(connection: Connection, initiative: Initiative, staff_id: str, at: datetime) -> None:
    connection.execute(
        insert(initiatives).values(
            id=initiative.id,
            title=initiative.title,
            started_on=initiative.started_on,
            entries=list(initiative.entries),
            pages=list(initiative.pages),
            staff_id=staff_id,
            at=at,
        )
    )


def drop_initiative(connection: Connection, initiative_id: str) -> None:
    connection.execute(delete(initiatives).where(initiatives.c.id == initiative_id))
