"""The outcome of an episode, from its events alone. Pure; change RULE_VERSION with the rule.

Exactly one of OUTCOMES, the first that applies:

open         the last activity is younger than the idle time
handed_off   a person was asked for or assigned. Asking is enough, also without any question before
             and also when the customer withdrew it: leaving those out would flatter the bot
small_talk   no real question was asked
unresolved   the last question got no answer (choices nobody took, a bot failure, no reply at all)
             or an answer the customer said did not help
confirmed    the customer said that the last answer helped
assumed      the last question was answered and nothing contradicts it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from helpdesk.events import ACTIVITY
from helpdesk.types import Event

RULE_VERSION = 1

OUTCOMES = ("open", "handed_off", "unresolved", "confirmed", "assumed", "small_talk")
RESOLVED = ("confirmed", "assumed")
JUDGED = (*RESOLVED, "unresolved", "handed_off")
"""What a rate is of: the episodes that are over and asked something."""
PARTS = ("attended", "unattended", "contact_left")

_PERSON = frozenset({"person_asked", "handoff_requested", "handoff_claimed", "contact_left"})
_Standing = Literal["none", "answered", "unanswered", "rejected", "confirmed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`part` is set for handed_off only. `questions` and `unanswered` feed the no-answer rate.

    `entry` answered the last question, None when nothing did; `topic` is that entry's.
    """

    name: str
    part: str | None = None
    questions: int = 0
    unanswered: int = 0
    rule_version: int = RULE_VERSION
    entry: str | None = None
    topic: str | None = None


def outcome(events: Iterable[Event], now: datetime, idle: timedelta) -> Outcome:
    """The outcome at `now`; events in the order they were written."""
    events = list(events)
    settled = settle(events)
    last = last_activity(events)
    if last is not None and now - last < idle:
        return replace(settled, name="open", part=None)
    return settled


def last_activity(events: Iterable[Event]) -> datetime | None:
    return max((event.at for event in events if event.type in ACTIVITY), default=None)


def settle(events: Iterable[Event]) -> Outcome:
    """The outcome once the episode is over: what is stored with it."""
    events = list(events)
    walk = _Walk()
    for event in events:
        walk.read(event)
    standing = walk.end()
    kinds = {event.type for event in events}
    counted = walk.questions, walk.unanswered, RULE_VERSION, walk.entry, walk.topic
    if kinds & _PERSON:
        return Outcome("handed_off", _part(kinds), *counted)
    name = {
        "none": "small_talk",
        "answered": "assumed",
        "unanswered": "unresolved",
        "rejected": "unresolved",
        "confirmed": "confirmed",
    }[standing]
    return Outcome(name, None, *counted)


RULES: Mapping[int, Callable[[Iterable[Event]], Outcome]] = {RULE_VERSION: settle}
"""Every rule that episodes can be judged by, by its version. A new one is added, none is changed:
numbers stamped with an old version must be there to be had again."""


def _part(kinds: set[str]) -> str:
    if "handoff_claimed" in kinds:
        return "attended"
    return "contact_left" if "contact_left" in kinds else "unattended"


class _Walk:
    """Reads events in order and remembers how the last question stands."""

    def __init__(self) -> None:
        self.questions = 0
        self.unanswered = 0
        self.entry: str | None = None
        self.topic: str | None = None
        self._standing: _Standing = "none"
        self._shown: int | None = None
        self._waiting_for_reply = False

    def read(self, event: Event) -> None:
        match event.type:
            case "received":
                self._waiting_for_reply = True
            case "replied" | "reply_dropped" | "agent_message":
                self._waiting_for_reply = False
            case "decided":
                self._about(event)
                self._decided(str(event.data.get("kind")), event.data.get("shown"))
            case "bot_failed":
                self._question("unanswered")
                self._waiting_for_reply = False
            case "confirmed":
                self._move({"answered"}, "confirmed")
            case "not_helpful":
                self._move({"answered", "confirmed"}, "rejected")
            case "feedback" if event.data.get("seq") == self._shown:
                self._move(
                    {"answered", "confirmed", "rejected"},
                    "confirmed" if event.data.get("helpful") else "rejected",
                )

    def end(self) -> _Standing:
        """A message nobody replied to is a question without an answer."""
        if self._waiting_for_reply:
            self._question("unanswered")
            self._waiting_for_reply = False
        return self._standing

    def _about(self, event: Event) -> None:
        self.entry = self.topic = None
        if event.data.get("shown") is not None:
            self.entry, self.topic = event.data.get("faq_id"), event.data.get("topic")

    def _decided(self, kind: str, shown: object) -> None:
        self._waiting_for_reply = False
        if kind == "chosen" and self._standing != "none":
            # An entry picked from choices, or said again, belongs to the question before.
            self.unanswered -= self._standing == "unanswered"
            self._stand("answered", shown)
        elif kind in ("answer", "chosen"):
            self._question("answered", shown)
        else:
            self._question("unanswered")

    def _question(self, standing: _Standing, shown: object = None) -> None:
        self.questions += 1
        self.unanswered += standing == "unanswered"
        self._stand(standing, shown)

    def _stand(self, standing: _Standing, shown: object) -> None:
        self._standing = standing
        self._shown = shown if isinstance(shown, int) else None

    def _move(self, sources: set[_Standing], target: _Standing) -> None:
        if self._standing in sources:
            self._standing = target
