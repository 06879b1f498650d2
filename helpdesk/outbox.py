"""Handoffs told to other systems: at least once, even if the process is killed in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from helpdesk.clock import Clock
from helpdesk.database import Database
from helpdesk.errors import NotFound
from helpdesk.store import outbox as store
from helpdesk.store.outbox import Delivery

# Pauses between the tries: nearly a day in all, as Standard Webhooks recommends.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=8),
    timedelta(hours=8),
)
# The channel that tells the customer herself that her message has arrived.
CONFIRMATION = "confirmation"
_LISTED = 200
_LONGEST_ERROR = 300


class Outbox:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        # Longer than any try lasts.
        self.lease = timedelta(minutes=1)

    async def due(self, limit: int) -> list[Delivery]:
        """Those to be tried now, oldest first. They are the caller's for the time of `lease`: of
        several processes one tries each, and the next one where that process dies."""
        now = self._clock()
        found = await self._db.read(lambda connection: store.due(connection, now, limit))
        if not found:
            return []
        until = now + self.lease
        return await self._db.write(
            lambda connection: [each for each in found if store.take(connection, each, until)]
        )

    async def done(self, delivery: Delivery) -> None:
        now = self._clock()
        await self._db.write(lambda connection: store.done(connection, delivery.id, now))

    async def failed(self, delivery: Delivery, error: str, *, forever: bool = False) -> None:
        """Try again later, or let a person see it when the tries are used up, or trying again
        cannot help (`forever`)."""
        attempts = delivery.attempts + 1
        again = attempts <= len(PAUSES) and not forever
        due_at = self._clock() + PAUSES[attempts - 1] if again else None
        said = error[:_LONGEST_ERROR]
        await self._db.write(
            lambda connection: store.failed(connection, delivery.id, attempts, due_at, said)
        )

    async def resend(self, delivery_id: str) -> None:
        """NotFound unless it has been given up."""
        now = self._clock()
        if not await self._db.write(lambda connection: store.again(connection, delivery_id, now)):
            raise NotFound("There is no such delivery that was given up.")

    async def listed(self, states: Sequence[str] = ("dead", "due")) -> list[Delivery]:
        return await self._db.read(lambda connection: store.listed(connection, states, _LISTED))

    async def counts(self) -> dict[str, int]:
        """How many are due, done and dead."""
        return await self._db.read(store.counts)
