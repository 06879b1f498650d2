"""A chat turn under load: the product through its public API beside stock Rasa, in one run."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from tests.benchmarks.corpus import Row, answer_of, rows
from tests.benchmarks.customers import kotae, kotae_customer
from tests.benchmarks.load import Opener, measure, measure_long, resident_mb
from tests.benchmarks.stock import stock, stock_customer

LEVELS = (1, 4, 16, 64)
STOCK_TURNS = {1: 60, 4: 100, 16: 240, 64: 320}
KOTAE_TURNS = {1: 200, 4: 400, 16: 960, 64: 1280}


@dataclass(frozen=True)
class Side:
    """One of the two systems: how to be its customer, and the processes it consists of."""

    open_customer: Opener
    turns: dict[int, int]
    processes: dict[str, int]


def http_client() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=1000, max_keepalive_connections=1000)
    return httpx.AsyncClient(limits=limits, timeout=60, trust_env=False)


async def run(
    console: Console, phrasings: int, *, share: float = 1.0, levels: Sequence[int] = LEVELS
) -> dict[str, Any]:
    """All figures of both, each measured while the other does not run; `share` of the turns."""
    entries = rows(phrasings)
    figures: dict[str, Any] = {"phrasings": phrasings, "share": share}
    with tempfile.TemporaryDirectory(prefix="kotae-bench-") as name:
        folder = Path(name)
        console.print(f"turns of Kotae over {phrasings} phrasings ...")
        with kotae(folder, entries) as product:
            processes = {
                "app": product.child("web_widget").pid,
                "rasa": product.child("bot.launcher").pid,
            }
            side = Side(kotae_customer(product), _part(KOTAE_TURNS, share), processes)
            figures["kotae"] = await _measured(side, entries, levels)
        [model] = (folder / "var" / "models").glob("dialogue-*.tar.gz")
        console.print(f"turns of stock Rasa over {phrasings} phrasings ...")
        with stock(folder / "stock", model, phrasings) as running:
            processes = {"actions": running.actions, "rasa": running.rasa}
            async with http_client() as http:
                side = Side(stock_customer(running, http), _part(STOCK_TURNS, share), processes)
                figures["stock"] = await _measured(side, entries, levels)
    return figures


def _part(turns: dict[int, int], share: float) -> dict[int, int]:
    """Two turns of each customer at least."""
    return {level: max(2 * level, int(share * count)) for level, count in turns.items()}


async def _measured(side: Side, entries: list[Row], levels: Sequence[int]) -> dict[str, Any]:
    pids = list(side.processes.values())
    # The first turns of a process are spent on warming up, in both.
    await measure(side.open_customer, entries, answer_of, concurrent=4, turns=20, pids=pids)
    at = [
        await measure(
            side.open_customer, entries, answer_of,
            concurrent=level, turns=side.turns[level], pids=pids,
        )
        for level in levels
    ]  # fmt: skip
    long = await measure_long(side.open_customer, entries, answer_of)
    return {
        "levels": [asdict(measured) for measured in at],
        "long": asdict(long),
        "resident_mb": {name: resident_mb(pid) for name, pid in side.processes.items()},
    }
