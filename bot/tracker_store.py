"""Rasa's working memory, bounded. The book of record is the product's database, not this."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event
from rasa.shared.core.trackers import DialogueStateTracker


class BoundedTrackerStore(InMemoryTrackerStore):  # type: ignore[misc]
    """Keeps the conversations used last, for a limited time; their turns while a form is filled in.

    Every message brings the state it needs along in its metadata; only a form in progress has to be
    remembered from one message to the next. Outside of one a conversation is put back to its start,
    because a turn costs more with every event before it. A turn that broke off in the middle is
    forgotten with its conversation: no rule would fit what comes after it.
    """

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        host: str | None = None,  # noqa: ARG002
        max_conversations: int = 2000,
        max_minutes: float = 60,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._max_conversations = max_conversations
        self._max_seconds = 60 * max_minutes
        # From the one used longest ago to the newest, as `store` is.
        self._used_at: dict[str, float] = {}

    async def save(self, tracker: DialogueStateTracker) -> None:
        self._forget(tracker.sender_id)
        kept = tracker if tracker.active_loop_name else self._at_its_start(tracker)
        if kept is not None and tracker.latest_action_name == ACTION_LISTEN_NAME:
            await super().save(kept)
            self._used_at[tracker.sender_id] = time.monotonic()
        self._make_room()

    def _at_its_start(self, tracker: DialogueStateTracker) -> DialogueStateTracker | None:
        """None for a conversation that began within a form, as it does after a restart."""
        start = _until_it_listens(list(tracker.events))
        if any(isinstance(event, ActiveLoop) for event in start):
            return None
        begun = self.init_tracker(tracker.sender_id)
        begun.update_with_events(start, self.domain)
        return begun

    def _make_room(self) -> None:
        oldest_allowed = time.monotonic() - self._max_seconds
        while self._used_at:
            sender_id, used_at = next(iter(self._used_at.items()))
            if len(self._used_at) <= self._max_conversations and used_at >= oldest_allowed:
                return
            self._forget(sender_id)

    def _forget(self, sender_id: str) -> None:
        self.store.pop(sender_id, None)
        self._used_at.pop(sender_id, None)


def _until_it_listens(events: Sequence[Event]) -> Sequence[Event]:
    listens = (
        place
        for place, event in enumerate(events)
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME
    )
    return events[: next(listens, -1) + 1]
