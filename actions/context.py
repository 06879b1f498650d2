"""Where the conversation stands: the metadata that the app sends with every message.

The app's database is the book of record. Rasa may have been restarted since the last message and
know nothing, so the actions rely on this and not on what slots say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rasa_sdk import Tracker

Offered = Literal["person", "helped", "nothing"]


@dataclass(frozen=True, slots=True)
class Context:
    """A customer's message and what the app knows about it.

    previous: id of the entry answered last. failures: questions in a row without an answer before
    this message. staffed: a person can take a chat now. leaves_details: she would rather leave her
    contact details than wait for one. offered: what the bot asked last.
    threshold: the confidence to answer from, instead of the learned one.
    entities: what came with a button. slots: what a form in progress has collected.
    """

    text: str
    language: str
    intent: str | None = None
    previous: str | None = None
    failures: int = 0
    staffed: bool = False
    leaves_details: bool = False
    offered: Offered = "nothing"
    threshold: float | None = None
    entities: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_button(self) -> bool:
        """The app neutralises a leading slash in what customers type; only its buttons have one."""
        return self.text.startswith("/")


def read_context(tracker: Tracker) -> Context:
    """Raises KeyError when the app sent no language: nothing useful can be answered then."""
    message: Mapping[str, Any] = tracker.latest_message
    metadata: Mapping[str, Any] = message.get("metadata") or {}
    offered, threshold = metadata.get("offered"), metadata.get("threshold")
    return Context(
        text=message.get("text") or "",
        language=metadata["language"],
        intent=(message.get("intent") or {}).get("name"),
        previous=metadata.get("previous"),
        failures=int(metadata.get("failures") or 0),
        staffed=bool(metadata.get("staffed")),
        leaves_details=bool(metadata.get("leaves_details")),
        offered=offered if offered in ("person", "helped") else "nothing",
        threshold=float(threshold) if isinstance(threshold, int | float) else None,
        entities={e["entity"]: str(e["value"]) for e in message.get("entities") or ()},
        slots=tracker.current_slot_values(),
    )
