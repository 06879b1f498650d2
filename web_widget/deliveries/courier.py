"""Takes what is due out of the outbox, again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from helpdesk.errors import NotFound
from helpdesk.outbox import Outbox
from helpdesk.store.outbox import Delivery
from web_widget.deliveries.channel import Channel, Refused, Undelivered
from web_widget.errors import failure

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
_AT_ONCE = 20


class Courier:
    def __init__(
        self,
        outbox: Outbox,
        channels: Mapping[str, Channel],
        packet_of: Callable[[str], Awaitable[dict[str, Any]]],
    ) -> None:
        """`packet_of` gives the packet of a conversation, as it is when it is sent."""
        self._outbox = outbox
        self._channels = dict(channels)
        self._packet_of = packet_of

    async def run(self) -> None:
        """Until it is cancelled. What is under way then is tried again by the next process."""
        if not self._channels:
            return
        while True:
            try:
                busy = await self.round()
            except Exception as exc:  # noqa: BLE001 - the database may be back in a moment
                log.error("deliveries failed", **failure(exc))
                busy = False
            if not busy:
                await asyncio.sleep(LOOK_SECONDS)

    async def round(self) -> bool:
        """Try all that is due, side by side. Whether there may be more."""
        due = await self._outbox.due(_AT_ONCE)
        await asyncio.gather(*map(self._try, due))
        return len(due) == _AT_ONCE

    async def _try(self, delivery: Delivery) -> None:
        channel = self._channels.get(delivery.channel)
        try:
            if channel is None:
                raise Refused(f"{delivery.channel} is not set up any more.")
            await channel.deliver(delivery.id, await self._packet_of(delivery.conversation_id))
        except (Refused, NotFound) as error:
            log.error("delivery given up", channel=delivery.channel, why=str(error))
            await self._outbox.failed(delivery, str(error), forever=True)
        except Undelivered as error:
            log.warning("delivery failed", channel=delivery.channel, why=str(error))
            await self._outbox.failed(delivery, str(error))
        except Exception as exc:  # noqa: BLE001 - one that fails must not hold up the others
            log.error("delivery failed", channel=delivery.channel, **failure(exc))
            await self._outbox.failed(delivery, f"An unexpected error ({type(exc).__name__}).")
        else:
            await self._outbox.done(delivery)

    async def close(self) -> None:
        for channel in self._channels.values():
            await channel.close()
