"""Requests to another system, to the very address that was looked at, and what its answer means."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from web_widget.deliveries.channel import Refused, Undelivered

_SECONDS = 15.0
# Answers that ask for patience; any other 4xx the same request will get again.
_PATIENCE = frozenset({408, 425, 429})


class Outward:
    """`who` names the system in sentences: "The webhook"."""

    def __init__(self, who: str, *, allow_private: bool) -> None:
        self._who = who
        self._allow_private = allow_private
        # No proxy and no redirect: what is sent goes to the address that was set, or nowhere.
        self._http = httpx.AsyncClient(timeout=_SECONDS, trust_env=False, follow_redirects=False)

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> httpx.Response:
        """A successful answer. Raises Undelivered or Refused for every other."""
        try:
            response = await self._send(method, url, headers, body)
        except httpx.HTTPError as error:
            raise Undelivered(f"{self._who} was not reached ({type(error).__name__}).") from error
        if response.is_success:
            return response
        said = f"{self._who} answered {response.status_code}."
        if response.is_server_error or response.status_code in _PATIENCE:
            raise Undelivered(said)
        raise Refused(said)

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> httpx.Response:
        """Another answer of the name server in between must not lead elsewhere."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        address = await self._address(host, parts.port or {"http": 80}.get(parts.scheme, 443))
        shown = f"[{address}]" if ":" in address else address
        port = f":{parts.port}" if parts.port else ""
        return await self._http.request(
            method,
            parts._replace(netloc=f"{shown}{port}").geturl(),
            content=body,
            headers={**headers, "host": f"{host}{port}"},
            extensions={"sni_hostname": host},
        )

    async def _address(self, host: str, port: int) -> str:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise Undelivered(f"{self._who}'s host name is not known.") from error
        addresses = [str(each[4][0]) for each in found]
        if not self._allow_private and not all(map(_is_public, addresses)):
            raise Refused(
                f"{self._who}'s host is in a private network: set KOTAE_WEBHOOK_ALLOW_PRIVATE if "
                "that is meant."
            )
        return addresses[0]

    async def close(self) -> None:
        await self._http.aclose()


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or found
    return mapped.is_global and not mapped.is_multicast
