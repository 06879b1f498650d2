"""The product, started for real on loopback, and its customers over the public HTTP API."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.corpus import Row, write_faq
from tests.benchmarks.load import Turn
from tests.product import Product

UNLIMITED = {
    # The rate limits protect from one customer; a load test is many in one place.
    "KOTAE_MESSAGE_RATE_PER_MINUTE": "100000",
    "KOTAE_CONVERSATION_RATE_PER_MINUTE": "100000",
    # Each customer comes from an address of her own, as behind a reverse proxy.
    "KOTAE_TRUSTED_PROXIES": "127.0.0.1",
}


@contextmanager
def kotae(
    folder: Path, rows: Sequence[Row], settings: Mapping[str, str] | None = None
) -> Iterator[Product]:
    """The product with the benchmark's FAQ, ready and with Rasa joined."""
    write_faq(folder / "faq", list(rows))
    told = {**UNLIMITED, "KOTAE_FAQ_DIR": str(folder / "faq"), **(settings or {})}
    # Thousands of phrasings take minutes where others work too.
    product = Product(folder / "var", told, starts_within=900)
    try:
        yield product.start()
    finally:
        product.stop()


@dataclass(frozen=True)
class Visit:
    """A customer with her widget open: a turn for a question, until she leaves."""

    ask: Turn
    listener: asyncio.Task[None]

    async def __call__(self, row: Row) -> str:
        return await self.ask(row)

    async def leave(self) -> None:
        self.listener.cancel()
        await asyncio.gather(self.listener, return_exceptions=True)


OpenVisit = Callable[[], Awaitable[Visit]]


async def begin(
    product: Product, http: httpx.AsyncClient, number: int
) -> tuple[dict[str, Any], str, dict[str, str]]:
    """A conversation of customer `number`: as it was made, its address, and her headers."""
    headers = {"X-Forwarded-For": str(IPv4Address("10.0.0.0") + number)}
    address = f"{product.url}/api/conversations"
    made = await http.post(address, json={"language": "en"}, headers=headers)
    made.raise_for_status()
    opened = made.json()
    headers["Authorization"] = f"Bearer {opened['token']}"
    return opened, f"{address}/{opened['conversation_id']}", headers


def kotae_customer(product: Product) -> OpenVisit:
    """Customers of the public API: POST a message, wait for the answer on the event stream.

    They ask in the FAQ's words, so that the one right answer is beyond doubt.
    """
    listeners: set[asyncio.Task[None]] = set()
    numbers = count(1)

    async def open_customer() -> Visit:
        # A browser each: one pool of hundreds of connections takes longer than the turns.
        http = httpx.AsyncClient(timeout=60, trust_env=False, verify=False)
        opened, base, headers = await begin(product, http, next(numbers))
        arrived: asyncio.Queue[str] = asyncio.Queue()
        listening = asyncio.Event()
        greeting = max(message["seq"] for message in opened["greeting"])
        listener = asyncio.create_task(_listen(http, base, headers, arrived, listening, greeting))
        listeners.add(listener)
        listener.add_done_callback(listeners.discard)
        await listening.wait()

        async def turn(row: Row) -> str:
            body = {"client_msg_id": uuid.uuid4().hex, "text": row.phrasings[0]}
            sent = await http.post(f"{base}/messages", json=body, headers=headers)
            if sent.status_code != 202:
                return f"refused with {sent.status_code}"
            return await asyncio.wait_for(arrived.get(), 30)

        return Visit(turn, listener)

    return open_customer


async def _listen(
    http: httpx.AsyncClient, base: str, headers: dict[str, str], arrived: asyncio.Queue[str],
    listening: asyncio.Event, greeting: int,
) -> None:  # fmt: skip
    # The stream ends when the product does, after the last measurement.
    try:
        with suppress(httpx.TransportError):
            await _read(http, base, headers, arrived, listening, greeting)
    finally:
        await http.aclose()


async def _read(
    http: httpx.AsyncClient, base: str, headers: dict[str, str], arrived: asyncio.Queue[str],
    listening: asyncio.Event, greeting: int,
) -> None:  # fmt: skip
    async with http.stream("GET", f"{base}/events", headers=headers, timeout=None) as stream:
        listening.set()
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                message = json.loads(line[5:])
                if message.get("from") == "bot" and message.get("seq", 0) > greeting:
                    await arrived.put(message["text"].strip())
