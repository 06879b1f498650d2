"""Keeps the connections to the action server open between calls.

Rasa makes a client for each call of an action, which connects anew each time.
"""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp


class _Kept:
    """A client on loan: it stays open when the block ends that it is used in."""

    def __init__(self, client: aiohttp.ClientSession) -> None:
        self._client = client

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._client

    async def __aexit__(self, *_: object) -> None:
        """Its connections are closed by their age, or with the process."""


def keep_connections(endpoint: type[Any]) -> None:
    """Give each `rasa.utils.endpoints.EndpointConfig` one client for its event loop."""
    make = endpoint.session

    def session(self: Any) -> _Kept:
        loop = asyncio.get_running_loop()
        owner, client = self.__dict__.get("_kept", (None, None))
        if owner is not loop or client.closed:
            client = make(self)
            self.__dict__["_kept"] = (loop, client)
        return _Kept(client)

    endpoint.session = session
