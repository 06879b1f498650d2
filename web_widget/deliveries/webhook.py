"""Posts packets as Standard Webhooks (https://www.standardwebhooks.com) describes it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime

from web_widget.deliveries.channel import Packet
from web_widget.deliveries.outward import Outward
from web_widget.values import webhook_key


class Webhook:
    def __init__(
        self,
        url: str,
        secret: str,
        clock: Callable[[], datetime],
        *,
        allow_private: bool = False,
    ) -> None:
        """`secret` as `webhook_key` takes it."""
        self._url = url
        self._key = webhook_key(secret)
        self._clock = clock
        self._outward = Outward("The webhook", allow_private=allow_private)

    async def deliver(self, delivery_id: str, packet: Packet) -> None:
        now = self._clock()
        told = {"type": "handoff.requested", "timestamp": now.isoformat(), "data": packet}
        body = json.dumps(told, ensure_ascii=False).encode()
        stamp = str(int(now.timestamp()))
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery_id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self._key, delivery_id, stamp, body),
        }
        await self._outward.send("POST", self._url, headers, body)

    async def close(self) -> None:
        await self._outward.close()


def signature(key: bytes, delivery_id: str, stamp: str, body: bytes) -> str:
    signed = hmac.new(key, f"{delivery_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()
