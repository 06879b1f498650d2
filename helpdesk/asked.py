"""A customer's message on its way through a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from helpdesk.context import Context
from helpdesk.database import Connection
from helpdesk.holdout import Holdout, OtherAnswer
from helpdesk.store import conversations, episodes, holdouts, messages
from helpdesk.types import Conversation, Message

if TYPE_CHECKING:
    from faq_index import Entry
    from helpdesk.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Asked:
    """A customer's message as its turn found it. `pressed` is what a button stood for."""

    conversation_id: str
    site: str
    state: str
    language: str
    page: str | None
    message: Message
    pressed: Mapping[str, Any] | None
    context: Context
    holdout: Holdout | None = None
    person: str = ""

    @property
    def other(self) -> float | OtherAnswer | None:
        """Of a running holdout, for those who get what is other."""
        if self.holdout is None or self.holdout.arm_of(self.person) == "usual":
            return None
        return self.holdout.other

    @property
    def threshold(self) -> float | None:
        return None if isinstance(self.other, OtherAnswer) else self.other

    def answer_of(self, entry: Entry) -> str:
        other = self.other
        if isinstance(other, OtherAnswer) and other.is_of(entry.id, entry.language):
            return other.text
        return entry.answer

    @property
    def intent(self) -> str | None:
        """`/name{...}` of a button; None when it was typed."""
        return str(self.pressed["send"]) if self.pressed else None

    @property
    def leaves_details(self) -> bool:
        """She has waited long enough: contact details are taken though the team is there."""
        return bool((self.pressed or {}).get("later"))


def read_next(connection: Connection, conversation_id: str, today: date) -> Asked | None:
    """The oldest message of a conversation that has no answer yet; None when there is none."""
    conversation = conversations.get(connection, conversation_id)
    if conversation is None or conversation.customer_seq <= conversation.answered_seq:
        return None
    found = messages.next_of_customer(connection, conversation_id, conversation.answered_seq)
    if found is None:
        return None
    message, pressed = found
    episode = episodes.newest(connection, conversation_id)
    context = episode.context if episode else Context()
    return _asked(conversation, message, pressed, context, holdouts.running(connection, today))


def just_written(sheet: Sheet, message: Message, pressed: Mapping[str, Any] | None) -> Asked:
    """A message on the sheet it has been written on: what `read_next` would find of it."""
    holdout = holdouts.running(sheet.connection, sheet.today)
    return _asked(sheet.conversation, message, pressed, sheet.context, holdout)


def _asked(
    conversation: Conversation,
    message: Message,
    pressed: Mapping[str, Any] | None,
    context: Context,
    holdout: Holdout | None,
) -> Asked:
    return Asked(
        conversation_id=conversation.id,
        site=conversation.site,
        state=conversation.state,
        language=conversation.language,
        page=conversation.page,
        message=message,
        pressed=pressed,
        context=context,
        holdout=holdout,
        person=conversation.customer or conversation.visitor or conversation.id,
    )
