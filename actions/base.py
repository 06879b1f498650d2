"""Where rasa-sdk's objects are unpacked: an action of ours is a function of a Context."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.context import Context, read_context
from actions.protocol import Payload


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, and the slots that rules act on next."""

    payloads: tuple[Payload, ...] = ()
    slots: Mapping[str, object] = field(default_factory=dict)


class DialogueAction(Action, ABC):  # type: ignore[misc]  # rasa-sdk ships no types
    action_name: str

    def name(self) -> str:
        return self.action_name

    @abstractmethod
    async def reply(self, context: Context) -> Reply:
        """Runs in the app's event loop: CPU work belongs into a thread."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        del domain
        reply = await self.reply(read_context(tracker))
        for payload in reply.payloads:
            dispatcher.utter_message(json_message=dict(payload))
        return [SlotSet(name, value) for name, value in reply.slots.items()]
