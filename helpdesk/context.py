"""What the bot must know of an episode at the next message, kept in the book of record.

Rasa's slots are rebuilt from it at every turn, so a restarted Rasa knows where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

_LISTS = ("suggested", "banners", "answered")


@dataclass(frozen=True, slots=True)
class Context:
    """previous: the entry answered last. failures: questions in a row without an answer.

    offered: what the bot's last message asked ("person", "helped", or nothing).
    offer_reason: why a person was offered; it becomes the reason of the handoff.
    form: the contact detail being asked for. form_reason: why contact details are asked.
    shown: seq of the newest answer.
    question: the last question in the customer's words. suggested: entries offered as choices.
    banners: those she has been told. answered: entries that answered a typed question.
    """

    previous: str | None = None
    failures: int = 0
    offered: str | None = None
    offer_reason: str | None = None
    form: str | None = None
    form_reason: str | None = None
    shown: int | None = None
    question: str | None = None
    suggested: tuple[str, ...] = ()
    banners: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {name: list(getattr(self, name)) for name in _LISTS}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Context:
        """Keys of another version are left out."""
        known = {f.name: data[f.name] for f in fields(cls) if f.name in data}
        return cls(**(known | {name: tuple(known.get(name, ())) for name in _LISTS}))
