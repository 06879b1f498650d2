"""A chat turn under load, through the product's public API, from POST to the event stream."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from tests.benchmarks.corpus import Row, answer_of, rows
from tests.benchmarks.customers import kotae, kotae_customer
from tests.benchmarks.load import Measured, measure, resident_mb

LEVELS = (1, 4, 16)
TURNS = {1: 100, 4: 200, 16: 400}


def http_client() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=400, max_keepalive_connections=400)
    return httpx.AsyncClient(limits=limits, timeout=60)


async def run(console: Console, phrasings: int, levels: Sequence[int] = LEVELS) -> dict[str, Any]:
    """Measure every level and return all figures; memory is taken after the last one."""
    entries = rows(phrasings)
    with tempfile.TemporaryDirectory(prefix="kotae-bench-") as name:
        console.print(f"turns over {phrasings} phrasings ...")
        with kotae(Path(name), entries) as product:
            assert product.process is not None
            pids = [product.process.pid]
            async with http_client() as http:
                measured = [
                    await _level(kotae_customer(product, http), entries, level, pids)
                    for level in levels
                ]
            memory = {
                "app": resident_mb(product.child("web_widget").pid),
                "rasa": resident_mb(product.child("bot.launcher").pid),
            }
    return {
        "phrasings": phrasings,
        "kotae": [asdict(m) for m in measured],
        "resident_mb": memory,
    }


async def _level(open_customer: Any, entries: list[Row], level: int, pids: list[int]) -> Measured:
    if level == 1:  # the first turns of a process are spent on warming up, in both
        await measure(open_customer, entries, answer_of, concurrent=1, turns=10, pids=pids)
    return await measure(
        open_customer, entries, answer_of, concurrent=level, turns=TURNS[level], pids=pids
    )


def show(console: Console, figures: dict[str, Any]) -> bool:
    """Print the table, each level beside one customer alone; False when an answer was wrong."""
    table = Table(
        "at once", "p50 ms", "p95 ms", "p99 ms", "turns/s", "against 1", "CPU s/turn", "wrong"
    )
    alone = figures["kotae"][0]["per_second"]
    for m in figures["kotae"]:
        table.add_row(
            str(m["concurrent"]), *(f"{m[k]:.0f}" for k in ("p50", "p95", "p99")),
            f"{m['per_second']:.1f}",
            "refused" if m["wrong"] else f"{m['per_second'] / alone:.1f}x",
            f"{m['cpu_seconds_per_turn']:.4f}", str(m["wrong"]),
        )  # fmt: skip
    console.print(table)
    console.print("resident MB:", figures["resident_mb"])
    return not any(m["wrong"] for m in figures["kotae"])
