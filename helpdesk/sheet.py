"""An open page of the book: one conversation, locked, in one transaction.

Services write on it; `Book.write` commits it and then publishes its news.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from helpdesk.context import Context
from helpdesk.database import Connection
from helpdesk.errors import Conflict
from helpdesk.ids import new_choice_id, new_id
from helpdesk.outcomes import last_activity, settle
from helpdesk.push import INBOX, Push, conversation_topic
from helpdesk.repeated import SUBSTANCE, note_repeat
from helpdesk.settings import DeskSettings
from helpdesk.store import conversations, episodes, events, handoffs, messages, report_days
from helpdesk.store import state as store_state
from helpdesk.tally import tally
from helpdesk.types import Choice, Conversation, Event, Kind, Link, Message, Sender, Staff, State
from helpdesk.wording import Wording

News = list[tuple[str, Push]]


@dataclass(frozen=True, slots=True)
class Button:
    """A choice before it has an id. `meaning` is what pressing it stands for:
    {"send": an intent for Rasa, "reason"?: why a person was offered}."""

    label: str
    meaning: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A message of ours before it is numbered."""

    sender: Sender
    kind: Kind
    text: str
    faq_id: str | None = None
    confidence: float | None = None
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()


class Sheet:
    def __init__(
        self,
        connection: Connection,
        conversation: Conversation,
        settings: DeskSettings,
        wording: Wording,
        now: datetime,
    ) -> None:
        self.connection = connection
        self.conversation = conversation
        self.settings = settings
        self.now = now
        self.news: News = []
        self.episode = episodes.newest(connection, conversation.id)
        self._wording = wording
        self._late = False
        # What the bot asked an hour ago is not being answered now.
        over = self.episode is None or self.episode_is_over
        self._before = Context() if over or self.episode is None else self.episode.context
        self._context = self._before
        self._events: dict[str, list[Event]] = defaultdict(list)
        self._state_changed = False
        self._changed_handoffs: set[str] = set()

    @property
    def id(self) -> str:
        return self.conversation.id

    @property
    def today(self) -> date:
        """The team's day."""
        return self.now.astimezone(self.settings.time_zone).date()

    @property
    def staffed(self) -> bool:
        return self.settings.hours_of(self.conversation.site).is_open(self.now)

    def answer_late(self) -> None:
        """What is written now belongs to the contact it answers, however long ago that was."""
        if self.episode is not None:
            self._late = True
            self._before = self._context = self.episode.context

    @property
    def episode_is_over(self) -> bool:
        """The customer was away too long. While people are at it, it is still the same contact."""
        if self.episode is None or self._late:
            return self.episode is None
        with_people = self.conversation.state in ("waiting", "agent")
        idle = self.now - self.episode.last_at
        return not with_people and idle >= self.settings.episode_idle

    @property
    def context(self) -> Context:
        """What the bot knows of the episode; nothing of one that is over."""
        return self._context

    def remember(self, **changes: Any) -> None:
        """Change what the bot knows of this episode."""
        self._context = replace(self._context, **changes)

    def text(self, key: str, **values: object) -> str:
        """A text of ours in the customer's language."""
        return self._wording.text(self.conversation.language, key, **values)

    # Messages

    def customer_says(
        self, text: str, client_msg_id: str | None, pressed: Mapping[str, Any] | None
    ) -> Message:
        self.begin_episode()
        draft = self._message("customer", "text", text, client_msg_id=client_msg_id)
        message = messages.add(self.connection, draft, pressed=pressed)
        self.conversation = replace(self.conversation, customer_seq=message.seq)
        self.note("received", seq=message.seq)
        self._publish(message)
        return message

    def say(self, draft: Draft) -> Message:
        """A message of the bot or of the desk itself."""
        choices = tuple(Choice(new_choice_id(), button.label) for button in draft.buttons)
        meanings = {
            choice.id: button.meaning for choice, button in zip(choices, draft.buttons, strict=True)
        }
        message = replace(
            self._message(draft.sender, draft.kind, draft.text),
            faq_id=draft.faq_id,
            confidence=draft.confidence,
            choices=choices,
            links=draft.links,
        )
        message = messages.add(self.connection, message, meanings=meanings)
        self._publish(message)
        return message

    def agent_says(self, staff: Staff, text: str, client_msg_id: str) -> Message:
        message = replace(
            self._message("agent", "text", text, client_msg_id=client_msg_id),
            agent_name=staff.name,
        )
        message = messages.add(self.connection, message, agent_id=staff.id)
        self.note("agent_message", seq=message.seq, agent_id=staff.id)
        self._publish(message)
        return message

    def tell(self, key: str, *, kind: Kind = "text", **values: object) -> Message:
        """A sentence of the desk itself."""
        return self.say(Draft("system", kind, self.text(key, **values)))

    # Episode and events

    def begin_episode(self) -> None:
        """Go on with the current episode, or start one when it is over."""
        current = self.episode
        if not self.episode_is_over:
            return
        self.episode = episodes.Episode(
            id=new_id(),
            conversation_id=self.id,
            number=current.number + 1 if current else 1,
            started_at=self.now,
            started_on=self.today,
            last_at=self.now,
            context=Context(),
            first_question=None,
        )
        self._before = self._context = Context()
        hour = self.now.astimezone(self.settings.time_zone).hour
        episodes.add(self.connection, self.episode, hour, settle(()))

    def note(self, event_type: str, *, episode_id: str | None = None, **data: Any) -> None:
        """Write a line in the log of the current episode, or of an earlier one."""
        target = episode_id or (self.episode.id if self.episode else None)
        if target is None:
            raise Conflict("Nothing has been written in this conversation yet.")
        self._events[target].append(Event(self.now, event_type, data))

    # State

    def move(self, state: State, agent_id: str | None = None) -> None:
        conversations.set_state(self.connection, self.id, state, agent_id)
        self.conversation = replace(self.conversation, state=state, agent_id=agent_id)
        self._state_changed = True

    def inbox_changed(self, handoff_ids: Iterable[str]) -> None:
        """Tell staff how these stand when all is done."""
        self._changed_handoffs.update(handoff_ids)

    def publish_inbox(self, push: Push) -> None:
        self.news.append((INBOX, push))

    def finish(self) -> None:
        """Store what is left to store. Called once, before the commit."""
        for episode_id, lines in self._events.items():
            events.add(self.connection, episode_id, lines)
            log = events.standing(self.connection, episode_id)
            standing, counted = settle(log), tally(log)
            current = self.episode if self.episode and self.episode.id == episode_id else None
            context = self._changed_context() if current else None
            episodes.set_standing(
                self.connection, episode_id, standing, counted, last_activity(lines), context
            )
            if current is None or current.started_on < self.today:
                report_days.outdate(self.connection, episode_id, self.today)
            if current and any(line.type in SUBSTANCE for line in lines):
                note_repeat(self.connection, self.conversation, current, standing, self.today)
        context = self._changed_context()
        if self.episode and context is not None and self.episode.id not in self._events:
            episodes.set_context(self.connection, self.episode.id, context)
        if self._state_changed:
            self._publish_states()
        if self._changed_handoffs:
            for row in handoffs.rows(self.connection, conversation_id=self.id):
                if row.handoff_id in self._changed_handoffs:
                    self.publish_inbox(Push("handoff", row.as_json()))

    def _changed_context(self) -> Context | None:
        """None where the bot knows what it knew before."""
        return self._context if self._context != self._before else None

    def _publish_states(self) -> None:
        """Also to those behind: their places in the queue move."""
        state = store_state.state_of(self.connection, self.conversation, self.now)
        self.news.append((conversation_topic(self.id), Push("state", state)))
        others = [*enumerate(handoffs.waiting_chats(self.connection), 1)]
        wait = store_state.typical_wait(self.connection, self.now) if others else None
        for place, other in others:
            if other != self.id:
                news = store_state.waiting(place, wait)
                self.news.append((conversation_topic(other), Push("state", news)))

    def _publish(self, message: Message) -> None:
        push = Push("message", message.as_json(), message.seq)
        self.news.append((conversation_topic(self.id), push))

    def _message(
        self, sender: Sender, kind: Kind, text: str, *, client_msg_id: str | None = None
    ) -> Message:
        return Message(
            conversation_id=self.id,
            seq=0,
            at=self.now,
            sender=sender,
            kind=kind,
            text=text,
            client_msg_id=client_msg_id,
            episode_id=self.episode.id if self.episode else None,
        )
