"""How long people took for chats: of kept days from their counts, of all others from the chats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, insert, select

from helpdesk.store.cohort import CUSTOMERS, Cohort, of_conversations, stretches, within
from helpdesk.store.report_tables import report_times
from helpdesk.store.tables import conversations, handoffs
from helpdesk.store.tables import episodes as table

# Columns of handoffs, in the order of the report's measures.
MEASURES = ("time_to_person", "first_response", "handle_time")

Times = dict[str, Counter[int]]
"""By measure: how many chats took so many seconds."""


def rounded(seconds: float) -> int:
    """To the second up to two minutes, then to five seconds up to half an hour, then to minutes: by
    at most 3 percent, so that a day has few different values."""
    step = 1 if seconds < 120 else 5 if seconds < 1800 else 60
    return round(seconds / step) * step


def of_cohort(connection: Connection, cohort: Cohort, kept: Collection[date]) -> Times:
    """`kept`: days of the cohort whose counts are as good as counting again."""
    found: Times = {name: Counter() for name in MEASURES}
    days = sorted(kept)
    if days:
        query = (
            select(report_times.c.measure, report_times.c.seconds, func.sum(report_times.c.chats))
            .where(
                within(report_times.c.day, stretches(days)), *cohort.of_conversation(report_times.c)
            )
            .group_by(report_times.c.measure, report_times.c.seconds)
        )
        for measure, seconds, chats in connection.execute(query):
            found[measure][seconds] += int(chats)
    others = sorted(set(cohort.chosen_days()) - set(kept))
    if others:
        query = _chats().where(
            within(table.c.started_on, stretches(others)),
            conversations.c.traffic == CUSTOMERS,
            *cohort.of_conversation(conversations.c),
            *cohort.of_episode(),
        )
        _count(found, connection.execute(query))
    return found


def keep_times(connection: Connection, day: date) -> None:
    query = _chats(conversations.c.language, conversations.c.site).where(
        table.c.started_on == day, conversations.c.traffic == CUSTOMERS
    )
    by_place: dict[tuple[str, str], Times] = {}
    for row in connection.execute(query):
        mine = by_place.setdefault((row.language, row.site), {name: Counter() for name in MEASURES})
        _count(mine, [row])
    rows = [
        {
            "day": day,
            "language": language,
            "site": site,
            "measure": measure,
            "seconds": seconds,
            "chats": chats,
        }
        for (language, site), times in by_place.items()
        for measure, counted in times.items()
        for seconds, chats in counted.items()
    ]
    if rows:
        connection.execute(insert(report_times), rows)


def _chats(*more: Any) -> Any:
    """Chats that somebody took."""
    return (
        of_conversations(select(*(handoffs.c[name] for name in MEASURES), *more))
        .join(handoffs, handoffs.c.episode_id == table.c.id)
        .where(handoffs.c.kind == "chat", handoffs.c.time_to_person.is_not(None))
    )


def _count(found: Times, rows: Iterable[Any]) -> None:
    for row in rows:
        for name in MEASURES:
            seconds = getattr(row, name)
            if seconds is not None:
                found[name][rounded(seconds)] += 1
