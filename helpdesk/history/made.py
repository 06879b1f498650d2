"""The values of an invented contact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from helpdesk.outcomes import Outcome, settle
from helpdesk.types import Event, HandoffKind, HandoffState, Kind, Reason, Sender, Staff


@dataclass(frozen=True, slots=True)
class Subject:
    """Something customers ask about. Without an entry nothing answers it. `weight`: how often it
    is asked; `helps`: how often its answer does, 0 to 1."""

    language: str
    questions: tuple[str, ...]
    entry: str | None = None
    topic: str | None = None
    answer: str = ""
    weight: float = 1.0
    helps: float = 0.85


@dataclass(frozen=True, slots=True)
class MadeMessage:
    seq: int
    at: datetime
    sender: Sender
    kind: Kind
    text: str
    faq_id: str | None = None
    confidence: float | None = None
    agent: Staff | None = None


@dataclass(slots=True)
class MadeHandoff:
    id: str
    kind: HandoffKind
    state: HandoffState
    reason: Reason
    question: str
    reference: str
    requested_at: datetime
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    agent: Staff | None = None
    resolution: str | None = None
    contact: dict[str, str] | None = None
    time_to_person: float | None = None
    first_response: float | None = None
    handle_time: float | None = None


@dataclass(slots=True)
class MadeContact:
    """One conversation with one episode. Written to as it is invented, in order of time."""

    random: Random
    id: str
    episode_id: str
    site: str
    language: str
    page: str
    visitor: str
    customer: str | None
    started_at: datetime
    now: datetime
    events: list[Event] = field(default_factory=list)
    messages: list[MadeMessage] = field(default_factory=list)
    handoff: MadeHandoff | None = None
    csat: int | None = None
    nps: int | None = None

    def wait(self, least: float, most: float) -> None:
        """Some seconds pass."""
        self.now += timedelta(seconds=self.random.uniform(least, most))

    def note(self, event_type: str, /, **data: Any) -> None:
        self.events.append(Event(self.now, event_type, data))

    def say(self, sender: Sender, kind: Kind, text: str, **more: Any) -> int:
        seq = len(self.messages) + 1
        self.messages.append(MadeMessage(seq, self.now, sender, kind, text, **more))
        return seq

    @property
    def outcome(self) -> Outcome:
        """As the desk would judge it once it is over."""
        return settle(self.events)

    @property
    def question(self) -> str | None:
        return next((m.text for m in self.messages if m.sender == "customer"), None)


def random_id(random: Random) -> str:
    """As `helpdesk.ids.new_id`, but the same for the same seed."""
    return f"{random.getrandbits(128):032x}"
