"""Thousands of widgets that hold an event stream on one app, while others chat.

Prints what a stream costs in memory, and how long a message takes from the server's clock to its
widget: everything runs on one machine, so both clocks are the same.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx
from rich.console import Console

from tests.benchmarks.corpus import Row, rows
from tests.benchmarks.customers import begin, kotae
from tests.benchmarks.load import percentile, resident_mb
from tests.benchmarks.turns import http_client
from tests.product import Product

BAR_MS = 300
AT_ONCE = 50
# A slow answer counts as it is, a missing one as this many seconds.
LONGEST = 30.0


@dataclass
class Heard:
    """Milliseconds from `at` of a bot's message to its arrival; `missing` answers never came."""

    delays: list[float] = field(default_factory=list)
    asked: int = 0
    missing: int = 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.streams", description=__doc__)
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--per-second", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--phrasings", type=int, default=5000)
    chosen = parser.parse_args()
    entries = rows(chosen.phrasings)
    # The idle ones, and those who chat.
    most = {"KOTAE_MAX_STREAMS": str(chosen.streams + 1000)}
    with (
        tempfile.TemporaryDirectory(prefix="kotae-streams-") as name,
        kotae(Path(name), entries, most) as product,
    ):
        return asyncio.run(_run(product, entries, chosen))


async def _run(product: Product, entries: Sequence[Row], chosen: argparse.Namespace) -> int:
    app = product.child("web_widget").pid
    numbers, heard = count(1), Heard()
    async with http_client() as http:
        # What the first turns load into memory is no stream's.
        await _load(product, http, entries, numbers, Heard(), 5.0, 10.0)
        before = resident_mb(app)
        idle = await _open_idle(product, http, numbers, chosen.streams)
        after = resident_mb(app)
        await _load(product, http, entries, numbers, heard, chosen.per_second, chosen.seconds)
        silent = sum(reader.at_eof() for reader, _ in idle)
        for _, writer in idle:
            writer.close()
    delays = sorted(heard.delays)
    figures = {
        "streams": len(idle),
        "kb_per_stream": 1000 * (after - before) / max(1, len(idle)),
        "app_mb": [before, after],
        "asked": heard.asked,
        "missing": heard.missing,
        "cut": silent,
        "delay_ms": {f"p{share}": percentile(delays, share / 100) for share in (50, 95, 99)},
    }
    Console().print_json(json.dumps(figures))
    late = percentile(delays, 0.95) > BAR_MS
    return int(late or bool(heard.missing) or bool(silent))


async def _open_idle(
    product: Product, http: httpx.AsyncClient, numbers: count[int], streams: int
) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """By plain sockets: two thousand clients of a library would take the machine for themselves."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with room:
            _, address, headers = await begin(product, http, next(numbers))
            reader, writer = await asyncio.open_connection("127.0.0.1", product.port)
            lines = [f"GET {httpx.URL(address).path}/events HTTP/1.1", "Host: 127.0.0.1"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            status = await reader.readline()
            if b" 200 " not in status:
                raise RuntimeError(f"a stream was answered with {status!r}")
            return reader, writer

    return list(await asyncio.gather(*(one() for _ in range(streams))))


async def _load(
    product: Product, http: httpx.AsyncClient, entries: Sequence[Row], numbers: count[int],
    heard: Heard, rate: float, seconds: float,
) -> None:  # fmt: skip
    """A new customer with one question whenever the rate asks for one."""
    began, customers = time.monotonic(), list[asyncio.Task[None]]()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        row = entries[number % len(entries)]
        customers.append(asyncio.create_task(_ask(product, http, next(numbers), row, heard)))
    await asyncio.gather(*customers)


async def _ask(
    product: Product, http: httpx.AsyncClient, number: int, row: Row, heard: Heard
) -> None:
    opened, address, headers = await begin(product, http, number)
    greeting = max(message["seq"] for message in opened["greeting"])
    heard.asked += 1
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST):
            events = http.stream("GET", f"{address}/events", headers=headers, timeout=None)
            async with events as stream:
                body = {"client_msg_id": "1", "text": row.phrasings[0]}
                sent = await http.post(f"{address}/messages", json=body, headers=headers)
                sent.raise_for_status()
                async for line in stream.aiter_lines():
                    message = json.loads(line[5:]) if line.startswith("data:") else {}
                    if message.get("from") == "bot" and message.get("seq", 0) > greeting:
                        said = datetime.fromisoformat(message["at"])
                        delay = (datetime.now(UTC) - said).total_seconds()
                        heard.delays.append(1000 * delay)
                        return
    heard.missing += 1


if __name__ == "__main__":
    raise SystemExit(main())
