"""What customers typed and the index was asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from helpdesk.store.tables import conversations, episodes, events, labels, messages


def searched(connection: Connection, since: datetime) -> list[tuple[str, str, int]]:
    """(text, language of the conversation, how often), of real customers; pressed buttons and
    small talk were not searched for."""
    query = (
        select(messages.c.text, conversations.c.language, func.count())
        .select_from(events)
        .join(episodes, episodes.c.id == events.c.episode_id)
        .join(conversations, conversations.c.id == episodes.c.conversation_id)
        .join(
            messages,
            and_(
                messages.c.conversation_id == conversations.c.id,
                messages.c.seq == events.c.data["seq"].as_integer(),
            ),
        )
        .where(
            events.c.type == "decided",
            events.c.data["kind"].as_string() != "chosen",
            events.c.at >= since,
            conversations.c.traffic == "customer",
        )
        .group_by(messages.c.text, conversations.c.language)
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def last_decided(connection: Connection) -> int | None:
    """The newest decision on a message."""
    query = select(events.c.id).where(events.c.type == "decided").order_by(events.c.id.desc())
    found: int | None = connection.execute(query.limit(1)).scalar_one_or_none()
    return found


def first_shown(connection: Connection) -> datetime | None:
    """When an entry was shown for the first time."""
    query = select(func.min(messages.c.at)).where(messages.c.faq_id.is_not(None))
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def shown(connection: Connection, since: datetime) -> set[tuple[str, str]]:
    """(entry, language) of what was answered or offered since then."""
    query = (
        select(messages.c.faq_id, conversations.c.language)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(messages.c.faq_id.is_not(None), messages.c.at >= since)
        .distinct()
    )
    return {(row[0], row[1]) for row in connection.execute(query)}


def use_of_entries(
    connection: Connection, since: datetime
) -> Iterable[tuple[tuple[str, str], tuple[int, int, int]]]:
    """(entry, language) with how often it was shown to real customers, helped and did not."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    shown = (
        select(messages.c.faq_id, conversations.c.language, func.count())
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(
            messages.c.faq_id.is_not(None),
            messages.c.at >= since,
            conversations.c.traffic == "customer",
        )
        .group_by(messages.c.faq_id, conversations.c.language)
    )
    for entry, language, times in connection.execute(shown):
        found[entry, language][0] = times
    judged = (
        select(labels.c.shown, labels.c.language, labels.c.verdict, func.count())
        .where(labels.c.source == "feedback", labels.c.shown.is_not(None), labels.c.at >= since)
        .group_by(labels.c.shown, labels.c.language, labels.c.verdict)
    )
    for entry, language, verdict, times in connection.execute(judged):
        found[entry, language or ""][1 if verdict == "right" else 2] += times
    return [(key, (counts[0], counts[1], counts[2])) for key, counts in found.items()]
