"""A customer's message on its way through a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpdesk.context import Context
from helpdesk.holdout import Holdout, OtherAnswer
from helpdesk.types import Message

if TYPE_CHECKING:
    from faq_index import Entry


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
