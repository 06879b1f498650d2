"""The client of Rasa's REST channel. Rasa goes mute rather than red: `200 []` is a failure."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from helpdesk.errors import RasaSilent, RasaUnreachable
from helpdesk.replies import BotReply, parse

CHECK_TIMEOUT = 1.0


class Breaker:
    """Opens after `threshold` failures in a row; while open, one probe is let through each
    `cooldown` seconds (doubling up to `longest`), and its success closes it."""

    def __init__(
        self,
        threshold: int = 3,
        cooldown: float = 2.0,
        longest: float = 30.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold = threshold
        self._first = self._cooldown = cooldown
        self._longest = longest
        self._now = now
        self._failures = 0
        self._retry_at: float | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        return self._retry_at is not None

    def enter(self) -> bool:
        """May Rasa be asked? Then say how it went."""
        if self._retry_at is None:
            return True
        if self._probing or self._now() < self._retry_at:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        self._failures = 0
        self._retry_at = None
        self._probing = False
        self._cooldown = self._first

    def failed(self) -> None:
        self._failures += 1
        if self._retry_at is not None:
            if not self._probing:
                return  # asked before it opened: says nothing new
            self._cooldown = min(2 * self._cooldown, self._longest)
        elif self._failures < self._threshold:
            return
        self._probing = False
        self._retry_at = self._now() + self._cooldown

    def left(self) -> None:
        """The probe was cancelled and learned nothing."""
        self._probing = False


class RasaClient:
    """One for the process; `http` is shared and closed by whoever made it."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        token: str,
        timeout: float = 4.0,
        breaker: Breaker | None = None,
    ) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._headers = {"X-Kotae-Token": token}
        self._timeout = timeout
        self._breaker = breaker or Breaker()

    @property
    def resting(self) -> bool:
        """True while Rasa is not asked because it failed too often."""
        return self._breaker.is_open

    async def send(self, sender: str, text: str, metadata: Mapping[str, Any]) -> list[BotReply]:
        """Raise RasaUnreachable or RasaSilent; never return an empty list.

        Takes at most `timeout` seconds in all.
        """
        probing = self._breaker.is_open
        if not self._breaker.enter():
            raise RasaUnreachable("Rasa is left alone for a moment after repeated failures.")
        try:
            replies = await self._within_timeout(sender, text, metadata, probing)
        except (RasaUnreachable, RasaSilent):
            self._breaker.failed()
            raise
        except asyncio.CancelledError:
            if probing:
                self._breaker.left()
            raise
        self._breaker.succeeded()
        return replies

    async def ready(self) -> bool:
        """Does Rasa's server answer at all, within a second?"""
        try:
            async with asyncio.timeout(CHECK_TIMEOUT):
                response = await self._http.get(f"{self._url}/", headers=self._headers)
        except (TimeoutError, httpx.HTTPError):
            return False
        return response.status_code == httpx.codes.OK

    async def _within_timeout(
        self, sender: str, text: str, metadata: Mapping[str, Any], probing: bool
    ) -> list[BotReply]:
        try:
            async with asyncio.timeout(self._timeout):
                if probing and not await self.ready():
                    # A customer should not wait long to find out that Rasa still hangs.
                    raise RasaUnreachable("Rasa is not ready.")
                return await self._ask(sender, text, metadata)
        except (TimeoutError, httpx.TimeoutException):
            raise RasaUnreachable(f"Rasa did not answer within {self._timeout:g} s.") from None
        except httpx.HTTPError as error:
            raise RasaUnreachable(f"Rasa cannot be reached ({type(error).__name__}).") from None

    async def _ask(self, sender: str, text: str, metadata: Mapping[str, Any]) -> list[BotReply]:
        response = await self._http.post(
            f"{self._url}/webhooks/rest/webhook",
            json={"sender": sender, "message": text, "metadata": dict(metadata)},
            headers=self._headers,
            timeout=self._timeout,
        )
        return _read(response)


def _read(response: httpx.Response) -> list[BotReply]:
    status = response.status_code
    if status != httpx.codes.OK:
        refused = status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)
        raise RasaUnreachable(f"Rasa refused with status {status}.", permanent=refused)
    try:
        return parse(response.json())
    except ValueError as error:
        # The JSON decoder's message quotes no content; ours name the field only.
        sentence = "it is not JSON" if isinstance(error, UnicodeError) else str(error)
        raise RasaSilent(f"Rasa's reply cannot be used: {sentence}.") from None
