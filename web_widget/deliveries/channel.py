"""What a way of telling is: one method, and two kinds of failure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

Packet = Mapping[str, Any]


class Undelivered(Exception):
    """It may work later. The text names no word of the customer."""


class Refused(Exception):
    """It will not work however often it is tried; a person must look at it."""


class Channel(Protocol):
    """One system that is told. To add one: deliver the packet (`docs/handoff-packet.schema.json`)
    under the delivery's id, which stays the same when it is tried again."""

    async def deliver(self, delivery_id: str, packet: Packet) -> None:
        """Raises Undelivered or Refused."""

    async def close(self) -> None: ...
