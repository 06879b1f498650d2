"""Thousands of open widgets on one app: what a stream costs, and how late a message arrives.

An answer is followed from when it is written (the `at` it carries, its commit included) to its
arrival on the event stream of its widget; the other widgets only hold their streams.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
from rich.console import Console

from tests.benchmarks.corpus import Row, rows
from tests.benchmarks.customers import begin, kotae
from tests.benchmarks.load import percentile, resident_mb
from tests.product import Product

OPENED_AT_ONCE = 20


@dataclass
class Widget:
    """A conversation and its open stream; `delays` in milliseconds of the bot's messages."""

    base: str
    headers: dict[str, str]
    delays: list[float] = field(default_factory=list)
    answers: int = 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.streams", description=__doc__)
    parser.add_argument("--widgets", type=int, default=2000)
    parser.add_argument("--per-second", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--phrasings", type=int, default=1000)
    chosen = parser.parse_args()
    console, entries = Console(), rows(chosen.phrasings)
    settings = {"KOTAE_MAX_STREAMS": str(chosen.widgets + 100)}
    with (
        tempfile.TemporaryDirectory(prefix="kotae-bench-") as name,
        kotae(Path(name), entries, settings) as product,
    ):
        return asyncio.run(_run(console, product, entries, chosen))


async def _run(
    console: Console, product: Product, entries: Sequence[Row], chosen: argparse.Namespace
) -> int:
    app = product.child("web_widget").pid
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    async with httpx.AsyncClient(limits=limits, timeout=60, trust_env=False) as http:
        widgets = await _open(product, http, chosen.widgets)
        await _ask(http, widgets[:20], entries, 20, 2)  # the first turns warm up
        before = resident_mb(app)
        listeners: list[asyncio.Task[None]] = []
        for start in range(0, len(widgets), OPENED_AT_ONCE):
            group = widgets[start : start + OPENED_AT_ONCE]
            opened = [asyncio.Event() for _ in group]
            pairs = zip(group, opened, strict=True)
            listeners += [asyncio.create_task(_listen(http, *pair)) for pair in pairs]
            await asyncio.gather(*(event.wait() for event in opened))
        per_stream = (resident_mb(app) - before) * 1000 / len(widgets)
        asked = await _ask(http, widgets, entries, chosen.per_second, chosen.seconds)
        await asyncio.sleep(5)
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)
    delays = sorted(delay for widget in widgets for delay in widget.delays)
    arrived = sum(widget.answers for widget in widgets)
    console.print(
        f"{len(widgets)} streams: {per_stream:.0f} KB each; {asked} turns at "
        f"{chosen.per_second:g} a second, {arrived} answers arrived; commit to widget "
        f"p50 {percentile(delays, 0.5):.0f} ms, p95 {percentile(delays, 0.95):.0f} ms"
    )
    return 0 if arrived == asked else 1


async def _open(product: Product, http: httpx.AsyncClient, count: int) -> list[Widget]:
    return [Widget(*(await begin(product, http, number))[1:]) for number in range(1, count + 1)]


async def _listen(http: httpx.AsyncClient, widget: Widget, opened: asyncio.Event) -> None:
    url = f"{widget.base}/events"
    began = datetime.now(UTC)
    async with http.stream("GET", url, headers=widget.headers, timeout=None) as stream:
        opened.set()
        async for line in stream.aiter_lines():
            if not line.startswith("data:"):
                continue
            message = json.loads(line[5:])
            if message.get("from") != "bot":
                continue
            at = datetime.fromisoformat(message["at"])
            if at > began:
                widget.answers += 1
                widget.delays.append((datetime.now(UTC) - at).total_seconds() * 1000)


async def _ask(
    http: httpx.AsyncClient,
    widgets: Sequence[Widget],
    entries: Sequence[Row],
    per_second: float,
    seconds: float,
) -> int:
    """Questions at a steady rate, each by the next widget; returns how many were acknowledged."""
    sent: list[asyncio.Task[httpx.Response]] = []
    began = time.monotonic()
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
        widget = widgets[number % len(widgets)]
        body = {"client_msg_id": uuid.uuid4().hex, "text": entries[number].phrasings[0]}
        request = http.post(f"{widget.base}/messages", json=body, headers=widget.headers)
        sent.append(asyncio.create_task(request))
    responses = await asyncio.gather(*sent)
    return sum(response.status_code == 202 for response in responses)


if __name__ == "__main__":
    raise SystemExit(main())
