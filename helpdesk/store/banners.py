"""What is said first while something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from helpdesk.store.faq_tables import banners as table
from helpdesk.store.tables import staff

_ACTIVE = (
    select(table)
    .where(table.c.starts_at <= bindparam("now"), table.c.ends_at > bindparam("now"))
    .order_by(table.c.starts_at, table.c.id)
)


@dataclass(frozen=True, slots=True)
class Banner:
    """`texts` by language; it is for questions with one of `words` in them or whose likeliest
    entries have one of `topics`, and without both for every question."""

    id: str
    texts: Mapping[str, str]
    words: tuple[str, ...]
    topics: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    staff_id: str
    by: str = ""


def active(connection: Connection, now: datetime) -> list[Banner]:
    """Oldest first."""
    return [_banner(row) for row in connection.execute(_ACTIVE, {"now": now})]


def newest(connection: Connection, limit: int) -> list[Banner]:
    """Those that end last first."""
    query = (
        select(table, staff.c.name.label("by"))
        .join(staff, staff.c.id == table.c.staff_id)
        .order_by(table.c.ends_at.desc(), table.c.id)
        .limit(limit)
    )
    return [_banner(row, row.by) for row in connection.execute(query)]


def add(connection: Connection, banner: Banner) -> None:
    values = {name: getattr(banner, name) for name in _NAMES}
    values |= {"texts": dict(banner.texts), "words": list(banner.words)}
    connection.execute(insert(table).values(values | {"topics": list(banner.topics)}))


def end(connection: Connection, banner_id: str, now: datetime) -> bool:
    """False for one that is over already, or unknown."""
    query = update(table).where(table.c.id == banner_id, table.c.ends_at > now)
    return connection.execute(query.values(ends_at=now)).rowcount == 1


_NAMES = tuple(name for name in Banner.__dataclass_fields__ if name != "by")


def _banner(row: Row[Any], by: str = "") -> Banner:
    values = {name: getattr(row, name) for name in _NAMES}
    values |= {"words": tuple(row.words), "topics": tuple(row.topics)}
    return Banner(**values, by=by)
