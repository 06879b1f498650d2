"""The book of record, as services use it: one write at a time per conversation, news after it.

Committing and publishing happen under one lock per conversation, so that whoever listens gets the
messages in the order of their numbers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from helpdesk.clock import Clock
from helpdesk.database import Connection, Database
from helpdesk.errors import NotFound
from helpdesk.push import Hub, Push
from helpdesk.settings import DeskSettings
from helpdesk.sheet import News, Sheet
from helpdesk.store import conversations
from helpdesk.wording import Wording

T = TypeVar("T")


def _pass() -> None: ...


class Book:
    def __init__(
        self, db: Database, hub: Hub, clock: Clock, settings: DeskSettings, wording: Wording
    ) -> None:
        self.clock = clock
        self.settings = settings
        self.wording = wording
        self._db = db
        self._hub = hub
        self._order = _Order()
        self._writing: set[asyncio.Task[Any]] = set()

    async def read(self, fn: Callable[[Connection], T]) -> T:
        return await self._db.read(fn)

    async def write(
        self, conversation_id: str, fn: Callable[[Sheet], T], committed: Callable[[], None] = _pass
    ) -> T:
        """Run `fn` on the locked conversation; raise NotFound when there is none.

        Goes through to the end, news and all, even when the caller is cancelled meanwhile.
        `committed` is called before anybody can know the news.
        """

        def transaction(connection: Connection) -> tuple[T, News]:
            conversation = conversations.lock(connection, conversation_id)
            if conversation is None:
                raise NotFound("There is no such conversation.")
            sheet = Sheet(connection, conversation, self.settings, self.wording, self.clock())
            result = fn(sheet)
            sheet.finish()
            return result, sheet.news

        return await self._shielded(self._commit(conversation_id, transaction, committed))

    async def settled(self) -> None:
        """Wait for writes whose callers have gone."""
        await asyncio.gather(*self._writing, return_exceptions=True)

    def publish(self, topic: str, push: Push) -> None:
        self._hub.publish(topic, push)

    async def _commit(
        self,
        conversation_id: str,
        transaction: Callable[[Connection], tuple[T, News]],
        committed: Callable[[], None],
    ) -> T:
        async with self._order.hold(conversation_id):
            result, news = await self._db.write(transaction)
            committed()
            for topic, push in news:
                self._hub.publish(topic, push)
            return result

    async def insert(self, fn: Callable[[Connection], T]) -> T:
        """A transaction on nothing that exists yet."""
        return await self._db.write(fn)

    async def _shielded(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.create_task(work)
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return await asyncio.shield(task)


class _Order:
    """A lock per name, forgotten when nobody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def hold(self, name: str) -> Any:
        lock, users = self._locks.get(name, (asyncio.Lock(), 0))
        self._locks[name] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(name)
            if users > 1:
                self._locks[name] = (lock, users - 1)
