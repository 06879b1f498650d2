"""What a report says besides outcomes: people's times, judged answers, episodes in groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, select

from helpdesk.store.cohort import Cohort, of_conversations
from helpdesk.store.tables import conversations, events, messages
from helpdesk.store.tables import episodes as table


@dataclass(frozen=True, slots=True)
class Group:
    """Episodes that share a value of `keys` and an outcome."""

    keys: tuple[Any, ...]
    outcome: str
    part: str | None
    episodes: int


def groups(connection: Connection, cohort: Cohort) -> list[Group]:
    """By (topic, entry, hour): of the last question's answer, both None where nothing answered it,
    and the hour of the day on which they started."""
    keys = (table.c.topic, table.c.entry, table.c.started_hour)
    outcome = cohort.outcome()
    query = (
        of_conversations(select(*keys, outcome, table.c.part, func.count()))
        .where(cohort.where())
        .group_by(*keys, outcome, table.c.part)
    )
    return [Group(tuple(row[: len(keys)]), *row[len(keys) :]) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Shown:
    """How often an entry was shown in a cohort, and what customers said of it."""

    times: int = 0
    helped: int = 0
    did_not: int = 0


def shown(connection: Connection, cohort: Cohort) -> dict[str, Shown]:
    """By entry."""
    query = (
        of_conversations(select(messages.c.faq_id, func.count().label("times")))
        .join(messages, messages.c.episode_id == table.c.id)
        .where(cohort.where(), messages.c.kind == "answer", messages.c.faq_id.is_not(None))
        .group_by(messages.c.faq_id)
    )
    times = {row.faq_id: row.times for row in connection.execute(query)}
    # Named first and grouped then: twice the same JSON path is two different ones to a database.
    feedback = (
        of_conversations(
            select(
                events.c.data["faq_id"].as_string().label("entry"),
                events.c.data["helpful"].as_boolean().label("helpful"),
            )
        )
        .join(events, events.c.episode_id == table.c.id)
        .where(cohort.where(), events.c.type == "feedback")
        .subquery()
    )
    said = select(
        feedback.c.entry,
        func.sum(case((feedback.c.helpful, 1), else_=0)).label("helped"),
        func.count().label("judged"),
    ).group_by(feedback.c.entry)
    judged = {row.entry: row for row in connection.execute(said)}
    found = {}
    for entry, number in times.items():
        row = judged.get(entry)
        helped = int(row.helped) if row else 0
        found[entry] = Shown(number, helped, row.judged - helped if row else 0)
    return found


@dataclass(frozen=True, slots=True)
class Ratings:
    """Episodes with these ratings, by outcome and the week (its Monday) they started in."""

    monday: date
    outcome: str
    csat: int | None
    nps: int | None
    episodes: int


def ratings(connection: Connection, cohort: Cohort) -> list[Ratings]:
    outcome = cohort.outcome()
    keys = (table.c.started_on, outcome, table.c.csat, table.c.nps)
    query = (
        of_conversations(select(*keys, func.count()))
        .where(cohort.where(), table.c.csat.is_not(None))
        .group_by(*keys)
    )
    return [
        Ratings(day - timedelta(days=day.weekday()), *rest)
        for day, *rest in connection.execute(query)
    ]


def persons(connection: Connection, cohort: Cohort) -> tuple[int, int]:
    """How many different people came, and how many of them on more than one day."""
    person = func.coalesce(conversations.c.customer, conversations.c.visitor, conversations.c.id)
    days = (
        of_conversations(select(func.count(table.c.started_on.distinct()).label("days")))
        .where(cohort.where())
        .group_by(conversations.c.site, person)
        .subquery()
    )
    query = select(func.count(), func.sum(case((days.c.days > 1, 1), else_=0))).select_from(days)
    everyone, again = connection.execute(query).one()
    return everyone, int(again or 0)
