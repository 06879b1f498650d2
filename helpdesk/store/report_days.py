"""Past days of the reports, counted once and kept until something changes in them.

A day that has ended is counted into `report_counts`. Whatever changes an episode of a past day says
so in its own transaction, and from then on the day is counted live again, until it is kept anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, false, func, insert, select, true, update

from helpdesk.store.inserting import insert_into
from helpdesk.store.peoples_times import keep_times
from helpdesk.store.report_tables import report_counts, report_days, report_times
from helpdesk.store.tables import conversations, episodes

KEYS = ("outcome", "part", "rule_version", "handoff_reason", "csat", "nps", "repeat_within")
SUMS = ("questions", "unanswered", "judged", "wrong", "surveyed")


def outdate(connection: Connection, episode_id: str, today: date) -> None:
    """An episode has changed. Days from `today` on are never kept, so they cost nothing more."""
    day = select(episodes.c.started_on, false()).where(
        episodes.c.id == episode_id, episodes.c.started_on < today
    )
    changed = insert_into(connection, report_days).from_select(["day", "counted"], day)
    connection.execute(
        changed.on_conflict_do_update(index_elements=["day"], set_={"counted": False})
    )


def kept(connection: Connection, start: date, end: date) -> set[date]:
    """The days whose counts are as good as counting again."""
    query = select(report_days.c.day).where(
        report_days.c.counted.is_(True), report_days.c.day.between(start, end)
    )
    return set(connection.execute(query).scalars())


def to_keep(connection: Connection, before: date) -> Sequence[date]:
    """Days before `before` that have episodes and are not kept, the latest first."""
    done = select(report_days.c.day).where(report_days.c.counted.is_(True))
    query = (
        select(episodes.c.started_on)
        .where(episodes.c.started_on < before, episodes.c.started_on.not_in(done))
        .distinct()
        .order_by(episodes.c.started_on.desc())
    )
    return connection.execute(query).scalars().all()


def keep(connection: Connection, day: date, cut: datetime) -> bool:
    """Count a day; False while an episode of it is open, that is active since `cut`."""
    first = (
        insert_into(connection, report_days).values(day=day, counted=False).on_conflict_do_nothing()
    )
    connection.execute(first)
    # Whoever changes an episode meanwhile waits here and then takes the day out again.
    connection.execute(select(report_days).where(report_days.c.day == day).with_for_update())
    connection.execute(delete(report_counts).where(report_counts.c.day == day))
    connection.execute(delete(report_times).where(report_times.c.day == day))
    newest = select(func.max(episodes.c.last_at)).where(episodes.c.started_on == day)
    last_at = connection.execute(newest).scalar_one()
    if last_at is not None and last_at > cut:
        return False
    _count(connection, day)
    keep_times(connection, day)
    connection.execute(update(report_days).where(report_days.c.day == day).values(counted=true()))
    return True


def _count(connection: Connection, day: date) -> None:
    keys = (
        episodes.c.started_on,
        conversations.c.language,
        conversations.c.site,
        conversations.c.traffic,
        *(episodes.c[key] for key in KEYS),
    )
    counted = (
        select(*keys, func.count(), *(func.sum(episodes.c[name]) for name in SUMS))
        .select_from(episodes)
        .join(conversations, conversations.c.id == episodes.c.conversation_id)
        .where(episodes.c.started_on == day)
        .group_by(*keys)
    )
    names = ["day", "language", "site", "traffic", *KEYS, "episodes", *SUMS]
    connection.execute(insert(report_counts).from_select(names, counted))
