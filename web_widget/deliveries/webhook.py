"""Posts packets as Standard Webhooks (https://www.standardwebhooks.com) describes it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import json
import socket
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from web_widget.deliveries.channel import Packet, Refused, Undelivered
from web_widget.values import webhook_key

_SECONDS = 15.0
# Answers that the same request will get again. 408, 425 and 429 ask for patience, and 410 is how a
# receiver unsubscribes.
_PATIENCE = frozenset({408, 425, 429})


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
        self._allow_private = allow_private
        # No proxy and no redirect: the packet goes to the address that was set, or nowhere.
        self._http = httpx.AsyncClient(timeout=_SECONDS, trust_env=False, follow_redirects=False)

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
        try:
            response = await self._post(body, headers)
        except httpx.HTTPError as error:
            raise Undelivered(f"The webhook was not reached ({type(error).__name__}).") from error
        if response.is_success:
            return
        said = f"The webhook answered {response.status_code}."
        if response.is_server_error or response.status_code in _PATIENCE:
            raise Undelivered(said)
        raise Refused(said)

    async def _post(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """To the very address that was looked at: another answer of the name server in between
        must not lead elsewhere."""
        parts = urlsplit(self._url)
        host = parts.hostname or ""
        address = await self._address(host, parts.port or {"http": 80}.get(parts.scheme, 443))
        shown = f"[{address}]" if ":" in address else address
        port = f":{parts.port}" if parts.port else ""
        url = parts._replace(netloc=f"{shown}{port}").geturl()
        return await self._http.post(
            url,
            content=body,
            headers=headers | {"host": f"{host}{port}"},
            extensions={"sni_hostname": host},
        )

    async def _address(self, host: str, port: int) -> str:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise Undelivered("The webhook's host name is not known.") from error
        addresses = [str(each[4][0]) for each in found]
        if not self._allow_private and not all(map(_is_public, addresses)):
            raise Refused(
                "The webhook's host is in a private network: set KOTAE_WEBHOOK_ALLOW_PRIVATE if "
                "that is meant."
            )
        return addresses[0]

    async def close(self) -> None:
        await self._http.aclose()


def signature(key: bytes, delivery_id: str, stamp: str, body: bytes) -> str:
    signed = hmac.new(key, f"{delivery_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or found
    return mapped.is_global and not mapped.is_multicast
