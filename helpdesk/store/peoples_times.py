"""How long people took for chats: of kept days from their counts, of all others from the chats."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select

from helpdesk.store.cohort import CUSTOMERS, Cohort, of_conversations, stretches, within
from helpdesk.store.report_tables import report_times
from helpdesk.store.tables import conversations, handoffs
from helpdesk.store.tables import episodes as table

# Columns of handoffs, in the order of the report's measures.
MEASURES = ("time_to_person", "first_response", "handle_time")

Times = dict[date, dict[str, Counter[int]]]
"""By day and measure: how many chats took so many seconds."""


def rounded(seconds: float) -> int:
    """To the second up to two minutes, then to five seconds up to half an hour, then to minutes: by
    at most 3 percent, so that a day has few different values."""
    step = 1 if seconds < 120 else 5 if seconds < 1800 else 60
    return round(seconds / step) * step


def of_cohort(connection: Connection, cohort: Cohort, kept: Collection[date]) -> Times:
    """`kept`: days of the cohort whose counts are as good as counting again."""
    found: Times = defaultdict(lambda: {name: Counter() for name in MEASURES})
    days = sorted(kept)
    if days:
        kept_times = report_times.c
        query = select(kept_times.day, kept_times.measure, kept_times.chats).where(
            within(kept_times.day, stretches(days)), *cohort.of_conversation(kept_times)
        )
        for day, measure, chats in connection.execute(query).all():
            found[day][measure].update({int(seconds): n for seconds, n in chats.items()})
    others = sorted(set(cohort.chosen_days()) - set(kept))
    if others:
        query = _chats(table.c.started_on).where(
            within(table.c.started_on, stretches(others)),
            conversations.c.traffic == CUSTOMERS,
            *cohort.of_conversation(conversations.c),
            *cohort.of_episode(),
        )
        for row in connection.execute(query):
            _count(found[row.started_on], row)
    return found


def keep_times(connection: Connection, day: date) -> None:
    query = _chats(conversations.c.language, conversations.c.site).where(
        table.c.started_on == day, conversations.c.traffic == CUSTOMERS
    )
    by_place: dict[tuple[str, str], dict[str, Counter[int]]] = {}
    for row in connection.execute(query):
        mine = by_place.setdefault((row.language, row.site), {name: Counter() for name in MEASURES})
        _count(mine, row)
    rows = [
        {
            "day": day,
            "language": language,
            "site": site,
            "measure": measure,
            "chats": {str(seconds): chats for seconds, chats in counted.items()},
        }
        for (language, site), times in by_place.items()
        for measure, counted in times.items()
        if counted
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


def _count(found: dict[str, Counter[int]], row: Any) -> None:
    for name in MEASURES:
        seconds = getattr(row, name)
        if seconds is not None:
            found[name][rounded(seconds)] += 1
