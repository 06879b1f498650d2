"""Staff and their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from helpdesk.store.tables import staff as table
from helpdesk.store.tables import staff_sessions as sessions
from helpdesk.types import MAY_ANSWER, Staff, StaffSession


@dataclass(frozen=True, slots=True)
class Credentials:
    staff: Staff
    password_hash: str


def add(connection: Connection, person: Staff, password_hash: str) -> None:
    connection.execute(
        insert(table).values(
            id=person.id,
            login=person.login,
            name=person.name,
            role=person.role,
            password_hash=password_hash,
            active=person.active,
            created_at=person.created_at,
            last_seen_at=person.last_seen_at,
        )
    )


def credentials(connection: Connection, login: str) -> Credentials | None:
    row = connection.execute(select(table).where(table.c.login == login)).one_or_none()
    return None if row is None else Credentials(_staff(row), row.password_hash)


def everyone(connection: Connection) -> list[Staff]:
    return [_staff(row) for row in connection.execute(select(table).order_by(table.c.login))]


def seen_at(connection: Connection, staff_id: str) -> datetime | None:
    found: datetime | None = connection.execute(
        select(table.c.last_seen_at).where(table.c.id == staff_id)
    ).scalar_one_or_none()
    return found


def set_password(connection: Connection, staff_id: str, password_hash: str) -> None:
    _change(connection, staff_id, password_hash=password_hash)


def set_active(connection: Connection, staff_id: str, active: bool) -> None:
    _change(connection, staff_id, active=active)


def set_seen(connection: Connection, staff_id: str, at: datetime) -> None:
    _change(connection, staff_id, last_seen_at=at)


def set_away(connection: Connection, staff_id: str, away: bool) -> None:
    _change(connection, staff_id, away=away)


def is_everyone_away(connection: Connection) -> bool:
    """There are people who answer, and each has said that she takes no chats just now."""
    query = select(table.c.away).where(table.c.active.is_(True), table.c.role.in_(MAY_ANSWER))
    found = connection.execute(query).scalars().all()
    return bool(found) and all(found)


def lock(connection: Connection, staff_id: str) -> None:
    """Until the end of the transaction nobody else counts this person's chats."""
    connection.execute(select(table.c.id).where(table.c.id == staff_id).with_for_update())


def add_session(
    connection: Connection,
    staff_id: str,
    token_hash: str,
    csrf: str,
    *,
    created_at: datetime,
    expires_at: datetime,
) -> None:
    connection.execute(
        insert(sessions).values(
            token_hash=token_hash,
            staff_id=staff_id,
            csrf=csrf,
            created_at=created_at,
            expires_at=expires_at,
        )
    )


def session(connection: Connection, token_hash: str, at: datetime) -> StaffSession | None:
    """Of an active person, not expired at `at`."""
    query = (
        select(table, sessions.c.csrf, sessions.c.expires_at)
        .join(sessions, sessions.c.staff_id == table.c.id)
        .where(
            sessions.c.token_hash == token_hash,
            sessions.c.expires_at > at,
            table.c.active.is_(True),
        )
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else StaffSession(_staff(row), row.csrf, row.expires_at)


def end_session(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def end_sessions(connection: Connection, staff_id: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.staff_id == staff_id))


def forget_expired(connection: Connection, at: datetime) -> None:
    connection.execute(delete(sessions).where(sessions.c.expires_at <= at))


def _change(connection: Connection, staff_id: str, **values: Any) -> None:
    connection.execute(update(table).where(table.c.id == staff_id).values(**values))


def _staff(row: Row[Any]) -> Staff:
    return Staff(
        id=row.id,
        login=row.login,
        name=row.name,
        role=row.role,
        active=row.active,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        away=row.away,
    )
