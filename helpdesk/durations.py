"""How long people were at work on a conversation. Pure.

The bot's time does not count: it ends when a person is asked for. Nor does idle time: after
anything that happened in the chat, the agent is taken to be at it for IDLE_AFTER at most. Time
between putting a chat back into the queue and taking it again is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from helpdesk.types import Event

IDLE_AFTER = timedelta(minutes=3)

_BEGIN = frozenset({"handoff_claimed", "handoff_transferred"})
_END = frozenset({"handoff_released", "handoff_closed"})


def handle_seconds(events: Iterable[Event]) -> float | None:
    """Seconds of an agent's work; events in the order they were written, of
    `helpdesk.store.events.PEOPLES_WORK`. None when nobody took it."""
    total = timedelta()
    since: datetime | None = None
    taken = False
    for event in events:
        if since is not None:
            total += min(event.at - since, IDLE_AFTER)
            since = None if event.type in _END else event.at
        elif event.type in _BEGIN:
            taken, since = True, event.at
    return total.total_seconds() if taken else None
