"""A bounded load: so many customers at once, every answer checked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

import psutil

from tests.benchmarks.corpus import Row

Turn = Callable[[Row], Awaitable[str]]
Opener = Callable[[], Awaitable[Turn]]
# Questions in one conversation; customers seldom ask more, and stock Rasa slows with every one.
QUESTIONS_EACH = 10


@dataclass(frozen=True)
class Measured:
    """Latencies in milliseconds; `wrong` counts answers that were missing or another entry's."""

    concurrent: int
    turns: int
    wrong: int
    p50: float
    p95: float
    p99: float
    longest: float
    per_second: float
    cpu_seconds_per_turn: float


@dataclass(frozen=True)
class Long:
    """One conversation from its first questions to its 150th; medians of ten turns, in ms."""

    early: float
    late: float
    wrong: int


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
    open_customer: Opener,
    rows: Sequence[Row],
    expected: Callable[[Row], str],
    *,
    concurrent: int,
    turns: int,
    pids: Sequence[int],
) -> Measured:
    """Each of `concurrent` customers asks its share of `turns` questions, one after the other."""
    each = max(1, turns // concurrent)
    conversations = -(-each // QUESTIONS_EACH)
    # Opened beforehand: only turns are measured.
    customers = [[await open_customer() for _ in range(conversations)] for _ in range(concurrent)]
    latencies: list[float] = []
    wrong = 0

    async def ask_all(number: int, turns_of: Sequence[Turn]) -> None:
        nonlocal wrong
        for i in range(each):
            row = rows[(number * each + i) % len(rows)]
            started = time.perf_counter()
            right = await answered(turns_of[i // QUESTIONS_EACH], row, expected)
            latencies.append((time.perf_counter() - started) * 1000)
            wrong += not right

    before, started = cpu_seconds(pids), time.perf_counter()
    await asyncio.gather(*(ask_all(i, turns_of) for i, turns_of in enumerate(customers)))
    took, spent = time.perf_counter() - started, cpu_seconds(pids) - before
    latencies.sort()
    return Measured(
        concurrent, len(latencies), wrong,
        *(percentile(latencies, share) for share in (0.5, 0.95, 0.99)),
        longest=latencies[-1],
        per_second=len(latencies) / took,
        cpu_seconds_per_turn=spent / len(latencies),
    )  # fmt: skip


async def measure_long(
    open_customer: Opener, rows: Sequence[Row], expected: Callable[[Row], str], turns: int = 150
) -> Long:
    """What a turn costs at the start and at the end of one conversation."""
    turn = await open_customer()
    latencies: list[float] = []
    wrong = 0
    for number in range(turns):
        row = rows[number % len(rows)]
        started = time.perf_counter()
        wrong += not await answered(turn, row, expected)
        latencies.append((time.perf_counter() - started) * 1000)
    # The first turn also starts the session.
    return Long(median(latencies[1:11]), median(latencies[-10:]), wrong)


async def answered(turn: Turn, row: Row, expected: Callable[[Row], str]) -> bool:
    """Whether the one right answer came at all."""
    try:
        return await turn(row) == expected(row)
    except TimeoutError:
        return False
