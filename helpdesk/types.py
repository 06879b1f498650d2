"""The nouns of the desk. Plain values: the store makes them, services and pages read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

State = Literal["bot", "waiting", "agent", "closed"]
Kind = Literal["text", "answer", "choices", "handoff", "form", "survey"]
Sender = Literal["customer", "bot", "agent", "system"]
Traffic = Literal["customer", "test", "staff", "health", "crawler"]
Role = Literal["agent", "lead", "manager", "admin"]
Reason = Literal[
    "asked_for_person",
    "low_confidence",
    "not_helpful",
    "entry_requires_person",
    "complaint",
    "repeated_question",
    "bot_failure",
]
MAY_ANSWER: frozenset[Role] = frozenset({"agent", "lead", "admin"})
HandoffKind = Literal["chat", "message"]
HandoffState = Literal["waiting", "agent", "closed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. What its id stands for stays in the store."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    conversation_id: str
    seq: int
    at: datetime
    sender: Sender
    kind: Kind
    text: str
    faq_id: str | None = None
    confidence: float | None = None
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    agent_name: str | None = None
    client_msg_id: str | None = None
    episode_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The message of the HTTP API; what is not set is left out."""
        found: dict[str, Any] = {
            "seq": self.seq,
            "at": timestamp(self.at),
            "from": self.sender,
            "kind": self.kind,
            "text": self.text,
        }
        optional = {
            "faq_id": self.faq_id,
            "confidence": None if self.confidence is None else round(self.confidence, 3),
            "choices": [{"id": c.id, "label": c.label} for c in self.choices] or None,
            "links": [{"title": link.title, "url": link.url} for link in self.links] or None,
            "agent_name": self.agent_name,
            "client_msg_id": self.client_msg_id,
        }
        return found | {key: value for key, value in optional.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Conversation:
    """`last_seq` is the number of the newest message; numbers have no gaps and start at 1.

    `visitor` is what the browser calls itself; `customer` is who it is by the site's signed word;
    `channel` is where the customer writes: the widget, or what else a team has built on the API.
    `customer_seq` is the customer's newest message, `answered_seq` the last one dealt with.
    """

    id: str
    site: str
    language: str
    page: str | None
    visitor: str | None
    traffic: Traffic
    state: State
    agent_id: str | None
    created_at: datetime
    last_seq: int
    customer: str | None = None
    channel: str = "widget"
    customer_seq: int = 0
    answered_seq: int = 0


@dataclass(frozen=True, slots=True)
class Started:
    """`token` is shown once: only its hash is stored.

    `resumed`: an earlier conversation of this customer goes on, and `messages` is empty.
    """

    conversation: Conversation
    token: str
    messages: list[Message]
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Staff:
    id: str
    login: str
    name: str
    role: Role
    active: bool
    created_at: datetime
    last_seen_at: datetime | None
    away: bool = False


@dataclass(frozen=True, slots=True)
class StaffSession:
    staff: Staff
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Handoff:
    """`kind` message: contact details left while nobody was there; the bot keeps talking.

    Seconds: `time_to_person` from asking until somebody first took it, `first_response` until a
    person first wrote, `handle_time` that people were at it (see `helpdesk.durations`).
    """

    id: str
    conversation_id: str
    episode_id: str | None
    kind: HandoffKind
    state: HandoffState
    reason: Reason
    question: str | None
    reference: str
    requested_at: datetime
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    agent_id: str | None = None
    resolution: str | None = None
    contact: Mapping[str, str] | None = None
    time_to_person: float | None = None
    first_response: float | None = None
    handle_time: float | None = None


# An open page of the console says every few seconds that somebody is there.
AWAY_AFTER = timedelta(minutes=1)


def is_away(seen_at: datetime | None, now: datetime) -> bool:
    return seen_at is not None and now - seen_at >= AWAY_AFTER


@dataclass(frozen=True, slots=True)
class InboxRow:
    """`position` is the place in the queue, 1 first; None unless a chat is waiting."""

    handoff_id: str
    conversation_id: str
    kind: HandoffKind
    state: HandoffState
    reason: Reason
    question: str | None
    reference: str
    language: str
    site: str
    page: str | None
    waiting_since: datetime
    claimed_at: datetime | None
    agent_id: str | None
    agent_name: str | None
    contact_name: str | None
    position: int | None
    last_seq: int
    agent_seen_at: datetime | None = None

    def is_unattended(self, now: datetime) -> bool:
        """Its agent's pages have been closed, or cut off, for a minute: anybody may take it."""
        return self.state == "agent" and is_away(self.agent_seen_at, now)

    def as_json(self) -> dict[str, Any]:
        names = self.__dataclass_fields__
        values = {name: getattr(self, name) for name in names}
        return {
            name: timestamp(value) if isinstance(value, datetime) else value
            for name, value in values.items()
        }


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the append-only log. `type` is one of `helpdesk.events.TYPES`."""

    at: datetime
    type: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """`outcome` is what the report counts; `part` says more of `handed_off`
    (attended, unattended, contact_left)."""

    id: str
    conversation_id: str
    number: int
    started_at: datetime
    started_on: date
    last_at: datetime
    language: str
    site: str
    page: str | None
    traffic: Traffic
    outcome: str
    part: str | None
    rule_version: int
    questions: int
    unanswered: int
    first_question: str | None
    csat: int | None


@dataclass(frozen=True, slots=True)
class EpisodeDetail:
    row: EpisodeRow
    messages: list[Message]
    events: list[Event]
    handoffs: list[Handoff]


def timestamp(at: datetime) -> str:
    """ISO 8601 in UTC to the millisecond: 2026-11-23T09:00:00.000Z."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
