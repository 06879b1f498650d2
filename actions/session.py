"""The start of Rasa's working memory of a conversation, which may be in the middle of the real one.

Rasa forgets when it is restarted and when a conversation rests for half an hour. A customer who was
giving her contact details then goes on where she was: the app knows which one it asked for last.
Details given before that are asked for again; they were in Rasa's memory only.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, ActiveLoop, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.contact import FIELDS


class StartSession(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    def name(self) -> str:
        return "action_session_start"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        del dispatcher, domain
        # No message has been read yet; Rasa puts the metadata of the coming one here.
        metadata = tracker.get_slot("session_started_metadata") or {}
        events: list[EventType] = [SessionStarted()]
        if metadata.get("form") in FIELDS:
            events += [ActiveLoop("contact_form"), SlotSet("requested_slot", metadata["form"])]
        return [*events, ActionExecuted("action_listen")]
