"""News from the desk to whoever has a page open, inside one process.

Topics: `conversation:{id}` (the customer's widget and the agent's page) and `inbox` (all staff).
Kinds on a conversation: `message` (data is the message as JSON, seq its number), `state`
(`{"state", "position"?, "agent_name"?}`), `typing` (`{"from": "bot" | "agent" | "customer"}`).
Kinds on the inbox: `handoff` (an inbox row as JSON, its `state` says what became of it) and
`message` (`{"conversation_id", "message"}`: the customer wrote while waiting or with a person);
`team` (`{}`: somebody has come or gone).
`dropped` is the last push a slow subscriber gets: it reads on from the database.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

INBOX = "inbox"


def conversation_topic(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"


@dataclass(frozen=True, slots=True)
class Push:
    kind: str
    data: Mapping[str, Any]
    seq: int | None = None


class Subscription:
    """An async iterator of pushes. Ends after `dropped`, and when the hub is closed."""

    def __init__(self, limit: int) -> None:
        self._queue: asyncio.Queue[Push | None] = asyncio.Queue()
        self._limit = limit
        self._ended = False

    def put(self, push: Push) -> bool:
        """Return False when the subscriber was too slow and has been let go."""
        if self._ended:
            return False
        if self._queue.qsize() >= self._limit:
            # What waits is of no use: the subscriber reads it all again from the database.
            while not self._queue.empty():
                self._queue.get_nowait()
            self._queue.put_nowait(Push("dropped", {}))
            self.end()
            return False
        self._queue.put_nowait(push)
        return True

    def end(self) -> None:
        if not self._ended:
            self._ended = True
            self._queue.put_nowait(None)

    async def get(self) -> Push | None:
        """The next push, or None when there will be no more. Safe to cancel."""
        push = await self._queue.get()
        if push is None:
            self._queue.put_nowait(None)
        return push

    def __aiter__(self) -> AsyncIterator[Push]:
        return self

    async def __anext__(self) -> Push:
        push = await self.get()
        if push is None:
            raise StopAsyncIteration
        return push


class Hub:
    """Use from one event loop only."""

    def __init__(self, limit: int = 256) -> None:
        self._limit = limit
        self._topics: dict[str, set[Subscription]] = defaultdict(set)
        self._closed = False

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[Subscription]:
        subscription = Subscription(self._limit)
        if self._closed:
            subscription.end()
        self._topics[topic].add(subscription)
        try:
            yield subscription
        finally:
            self._forget(topic, subscription)

    def publish(self, topic: str, push: Push) -> None:
        for subscription in list(self._topics.get(topic, ())):
            if not subscription.put(push):
                self._forget(topic, subscription)

    def count(self) -> int:
        """How many subscriptions are open, for the metrics."""
        return sum(len(subscriptions) for subscriptions in self._topics.values())

    def close(self) -> None:
        """End every stream, and every later one at once, so that the server can stop."""
        self._closed = True
        for subscriptions in list(self._topics.values()):
            for subscription in subscriptions:
                subscription.end()

    def _forget(self, topic: str, subscription: Subscription) -> None:
        subscriptions = self._topics.get(topic)
        if subscriptions is None:
            return
        subscriptions.discard(subscription)
        if not subscriptions:
            del self._topics[topic]
