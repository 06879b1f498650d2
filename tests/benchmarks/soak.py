"""Hours of customers at half of what can be served: nothing lost, no error, memory flat.

The rate is half of what sixteen customers at once get out of the product on this machine, unless it
is given. Memory is read every ten seconds; its slope leaves out the first fifth, in which caches
fill.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console

from tests.benchmarks.corpus import Row, answer_of, rows
from tests.benchmarks.customers import OpenVisit, kotae, kotae_customer
from tests.benchmarks.load import QUESTIONS_EACH, answered, measure, resident_mb
from tests.product import Product

READ_EVERY = 10.0
WARMING_UP = 0.2


@dataclass
class Kept:
    """What happened: turns by how they ended, and the memory of each process over time."""

    asked: int = 0
    wrong: int = 0
    memory: dict[str, list[tuple[float, float]]] = field(default_factory=dict)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--per-second", type=float, help="turns; half of what is possible if unset")
    parser.add_argument("--phrasings", type=int, default=5000)
    parser.add_argument("--out", type=Path, default=Path("soak.json"))
    chosen = parser.parse_args()
    console, entries = Console(), rows(chosen.phrasings)
    with tempfile.TemporaryDirectory(prefix="kotae-soak-") as name:
        with kotae(Path(name), entries) as product:
            kept, rate = asyncio.run(_run(product, entries, chosen))
        stored = _customers_messages(Path(name) / "var" / "kotae.db")
    return _report(console, kept, rate, stored, chosen)


async def _run(
    product: Product, entries: Sequence[Row], chosen: argparse.Namespace
) -> tuple[Kept, float]:
    pids = {"app": product.child("web_widget").pid, "rasa": product.child("bot.launcher").pid}
    kept, open_customer = Kept(), kotae_customer(product)
    rate = chosen.per_second
    if rate is None:
        most = await measure(open_customer, entries, answer_of, concurrent=16, turns=320, pids=())
        kept.asked, kept.wrong = most.turns, most.wrong
        rate = most.per_second / 2
    reading = asyncio.create_task(_read_memory(pids, kept))
    await _load(open_customer, entries, rate, 60 * chosen.minutes, kept)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    return kept, rate


async def _load(
    open_customer: OpenVisit,
    entries: Sequence[Row],
    rate: float,
    seconds: float,
    kept: Kept,
) -> None:
    """A new customer whenever the rate asks for one; each asks her ten questions in a row."""
    began = time.monotonic()
    customers: set[asyncio.Task[None]] = set()
    for number in range(int(rate * seconds / QUESTIONS_EACH)):
        due = began + number * QUESTIONS_EACH / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        task = asyncio.create_task(_customer(open_customer, entries, number, kept))
        customers.add(task)
        task.add_done_callback(customers.discard)
    await asyncio.gather(*customers)


async def _customer(
    open_customer: OpenVisit, entries: Sequence[Row], number: int, kept: Kept
) -> None:
    visit = await open_customer()
    for i in range(QUESTIONS_EACH):
        row = entries[(number * QUESTIONS_EACH + i) % len(entries)]
        kept.asked += 1
        kept.wrong += not await answered(visit, row, answer_of)
    await visit.leave()


async def _read_memory(pids: dict[str, int], kept: Kept) -> None:
    while True:
        for name, pid in pids.items():
            reading = (time.monotonic(), resident_mb(pid))
            kept.memory.setdefault(name, []).append(reading)
        await asyncio.sleep(READ_EVERY)


def _customers_messages(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT count(*) FROM messages WHERE sender = 'customer'"
        return int(connection.execute(query).fetchone()[0])


def slope(readings: Sequence[tuple[float, float]]) -> float:
    """MB an hour, by least squares, after the first fifth; 0.0 under three readings."""
    times, sizes = np.array(readings[int(WARMING_UP * len(readings)) :]).T
    return float(np.polyfit(times / 3600, sizes, 1)[0]) if len(times) >= 3 else 0.0


def _report(
    console: Console, kept: Kept, rate: float, stored: int, chosen: argparse.Namespace
) -> int:
    figures = {
        "minutes": chosen.minutes,
        "per_second": rate,
        "asked": kept.asked,
        "wrong": kept.wrong,
        "stored": stored,
        "memory_mb_per_hour": {name: slope(of) for name, of in kept.memory.items()},
        "memory_mb": {name: [of[0][1], of[-1][1]] for name, of in kept.memory.items()},
    }
    chosen.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    console.print_json(data=figures)
    return 0 if kept.wrong == 0 and stored == kept.asked else 1


if __name__ == "__main__":
    raise SystemExit(main())
