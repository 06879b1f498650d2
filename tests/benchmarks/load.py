"""A bounded load on the product: so many customers at once, every answer checked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import psutil

from tests.benchmarks.corpus import Row

Turn = Callable[[Row], Awaitable[str]]


@dataclass(frozen=True)
class Measured:
    """Latencies in milliseconds; `wrong` counts answers that were missing or another entry's."""

    concurrent: int
    turns: int
    wrong: int
    p50: float
    p95: float
    p99: float
    per_second: float
    cpu_seconds_per_turn: float


def percentile(sorted_values: Sequence[float], share: float) -> float:
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of processes and their children so far."""
    total = 0.0
    for pid in pids:
        parent = psutil.Process(pid)
        for process in [parent, *parent.children(recursive=True)]:
            times = process.cpu_times()
            total += times.user + times.system
    return total


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its children, in MB."""
    parent = psutil.Process(pid)
    return sum(p.memory_info().rss for p in [parent, *parent.children(recursive=True)]) / 1e6


async def measure(
    open_customer: Callable[[int], Awaitable[Turn]],
    rows: Sequence[Row],
    expected: Callable[[Row], str],
    *,
    concurrent: int,
    turns: int,
    pids: Sequence[int],
) -> Measured:
    """Each of `concurrent` customers asks its share of `turns` questions, one after the other."""
    customers = [await open_customer(i) for i in range(concurrent)]
    each = max(1, turns // concurrent)
    latencies: list[float] = []
    wrong = 0

    async def ask_all(number: int, turn: Turn) -> None:
        nonlocal wrong
        for i in range(each):
            row = rows[(number * each + i) % len(rows)]
            started = time.perf_counter()
            answer = await turn(row)
            latencies.append((time.perf_counter() - started) * 1000)
            wrong += answer != expected(row)

    before, started = cpu_seconds(pids), time.perf_counter()
    await asyncio.gather(*(ask_all(i, turn) for i, turn in enumerate(customers)))
    took, spent = time.perf_counter() - started, cpu_seconds(pids) - before
    latencies.sort()
    return Measured(
        concurrent, len(latencies), wrong,
        *(percentile(latencies, share) for share in (0.5, 0.95, 0.99)),
        per_second=len(latencies) / took,
        cpu_seconds_per_turn=spent / len(latencies),
    )  # fmt: skip
