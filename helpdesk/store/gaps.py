"""Questions that got no answer, and those the team has decided to leave so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, delete, insert, or_, select

from helpdesk.store.faq_tables import gap_places
from helpdesk.store.tables import conversations, events, gap_dismissals, handoffs, labels, messages
from helpdesk.types import Event

_READ = (
    "decided", "rejected", "not_helpful", "feedback", "confirmed", "complaint",
    "handoff_requested",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contact:
    """One episode of a customer with at least one question in vain, as far as it is told here."""

    conversation_id: str
    customer: str
    language: str
    log: tuple[Event, ...]
    said: dict[int, tuple[str, datetime]]
    agent_said: tuple[str, ...]
    agent_minutes: float


def contacts(connection: Connection, since: datetime, until: datetime) -> list[Contact]:
    """Of real customers, oldest first. Five statements, however many they are."""
    chosen = _episodes(since, until)
    found: dict[str, list[Event]] = defaultdict(list)
    for row in connection.execute(_log(chosen)):
        data = {name: getattr(row, name) for name in ("kind", "shown", "seq", "helpful")}
        found[row.episode_id].append(Event(row.at, row.type, data))
    people = {row.episode_id: row for row in connection.execute(_people(chosen))}
    said: dict[str, dict[int, tuple[str, datetime]]] = defaultdict(dict)
    by_agent: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(_messages(chosen)):
        if row.sender == "customer":
            said[row.episode_id][row.seq] = (row.text, row.at)
        else:
            by_agent[row.episode_id].append(row.text)
    minutes: dict[str, float] = defaultdict(float)
    for row in connection.execute(_handoffs(chosen)):
        minutes[row.episode_id] += (row.closed_at - row.claimed_at).total_seconds() / 60
    return [
        Contact(
            person.conversation_id,
            person.customer or person.visitor or person.conversation_id,
            person.language,
            tuple(found[episode]),
            said[episode],
            tuple(by_agent[episode]),
            minutes[episode],
        )
        for episode, person in people.items()
    ]


def _episodes(since: datetime, until: datetime) -> Select[Any]:
    """Those in which something went wrong for the customer."""
    data = events.c.data
    is_vain = or_(
        events.c.type.in_(("rejected", "not_helpful", "handoff_requested")),
        (events.c.type == "decided") & (data["kind"].as_string() == "no_answer"),
        (events.c.type == "feedback") & (data["helpful"].as_boolean().is_(False)),
    )
    return select(events.c.episode_id).where(events.c.at >= since, events.c.at < until, is_vain)


def _log(chosen: Select[Any]) -> Select[Any]:
    data = events.c.data
    return (
        select(
            events.c.episode_id,
            events.c.at,
            events.c.type,
            case((events.c.type == "decided", data["kind"].as_string())).label("kind"),
            case((events.c.type == "decided", data["shown"].as_integer())).label("shown"),
            case(
                (events.c.type.in_(("decided", "feedback", "complaint")), data["seq"].as_integer())
            ).label("seq"),
            case((events.c.type == "feedback", data["helpful"].as_boolean())).label("helpful"),
        )
        .where(events.c.episode_id.in_(chosen), events.c.type.in_(_READ))
        .order_by(events.c.id)
    )


def _people(chosen: Select[Any]) -> Select[Any]:
    return (
        select(
            messages.c.episode_id,
            conversations.c.id.label("conversation_id"),
            conversations.c.customer,
            conversations.c.visitor,
            conversations.c.language,
        )
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(messages.c.episode_id.in_(chosen), conversations.c.traffic == "customer")
        .group_by(messages.c.episode_id, conversations.c.id)
        .order_by(conversations.c.created_at, conversations.c.id, messages.c.episode_id)
    )


def _messages(chosen: Select[Any]) -> Select[Any]:
    columns = (messages.c.episode_id, messages.c.seq, messages.c.at, messages.c.sender)
    return (
        select(*columns, messages.c.text)
        .where(messages.c.episode_id.in_(chosen), messages.c.sender.in_(("customer", "agent")))
        .order_by(messages.c.conversation_id, messages.c.seq)
    )


def _handoffs(chosen: Select[Any]) -> Select[Any]:
    return select(handoffs.c.episode_id, handoffs.c.claimed_at, handoffs.c.closed_at).where(
        handoffs.c.episode_id.in_(chosen),
        handoffs.c.claimed_at.is_not(None),
        handoffs.c.closed_at.is_not(None),
    )


def named_by_team(connection: Connection) -> dict[tuple[str, int], str]:
    """The entry that the team says should have answered, by conversation and seq."""
    query = select(labels.c.conversation_id, labels.c.seq, labels.c.entries).where(
        labels.c.source.in_(("agent", "lead")),
        labels.c.verdict == "right",
        labels.c.conversation_id.is_not(None),
    )
    return {(row[0], row[1]): row[2][0] for row in connection.execute(query) if row[2]}


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A question, by its masked words, that the team leaves unanswered on purpose."""

    language: str
    key: str
    question: str
    reason: str
    at: datetime
    staff_id: str | None


def dismissals(connection: Connection) -> list[Dismissal]:
    table = gap_dismissals
    query = select(table).order_by(table.c.at, table.c.language, table.c.key)
    names = Dismissal.__dataclass_fields__
    return [
        Dismissal(**{name: getattr(row, name) for name in names})
        for row in connection.execute(query)
    ]


def dismiss(connection: Connection, rows: Sequence[Dismissal]) -> None:
    for row in rows:
        _forget(connection, row.language, [row.key])
        values = {name: getattr(row, name) for name in Dismissal.__dataclass_fields__}
        connection.execute(insert(gap_dismissals).values(**values))


def reopen(connection: Connection, language: str, keys: Iterable[str]) -> None:
    _forget(connection, language, list(keys))


def _forget(connection: Connection, language: str, keys: list[str]) -> None:
    table = gap_dismissals
    connection.execute(delete(table).where(table.c.language == language, table.c.key.in_(keys)))


def places(connection: Connection) -> dict[tuple[str, str], str]:
    return {(row.language, row.key): row.place for row in connection.execute(select(gap_places))}


def put(connection: Connection, language: str, places_of: Mapping[str, str]) -> None:
    """Later words on a question take the place of earlier ones."""
    table = gap_places
    own = (table.c.language == language) & table.c.key.in_(list(places_of))
    connection.execute(delete(table).where(own))
    rows = [{"language": language, "key": key, "place": at} for key, at in places_of.items()]
    connection.execute(insert(table), rows)
