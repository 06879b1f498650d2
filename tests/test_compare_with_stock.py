"""The benchmark's word is worth something only when every answer was right."""

from __future__ import annotations

import asyncio
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from tests.benchmarks.corpus import Row, answer_of, rows
from tests.benchmarks.load import Turn, measure, measure_long
from tests.benchmarks.turns_table import show

ENTRIES = rows(100)


async def figures_of(turn: Turn) -> dict[str, Any]:
    async def open_customer() -> Turn:
        return turn

    at = await measure(open_customer, ENTRIES, answer_of, concurrent=2, turns=8, pids=[])
    long = await measure_long(open_customer, ENTRIES, answer_of, turns=20)
    memory = {"rasa": 1.0}
    return {
        "levels": [vars(at) | {"cpu_seconds_per_turn": 1.0}],
        "long": vars(long),
        "resident_mb": memory,
    }


async def right(row: Row) -> str:
    await asyncio.sleep(0)
    return answer_of(row)


async def another(row: Row) -> str:
    return answer_of(ENTRIES[0]) if row is ENTRIES[1] else answer_of(row)


async def missing(row: Row) -> str:
    if row is ENTRIES[1]:
        raise TimeoutError
    return answer_of(row)


async def printed(ours: Turn, stock: Turn) -> tuple[bool, str]:
    console = Console(width=160, record=True, file=StringIO())
    both = {"kotae": await figures_of(ours), "stock": await figures_of(stock)}
    sound = show(console, both)
    return sound, console.export_text()


async def test_it_prints_ratios_when_all_answers_were_right() -> None:
    sound, screen = await printed(right, right)
    assert sound
    assert "refused" not in screen


@pytest.mark.parametrize("bad", [another, missing])
async def test_it_refuses_a_ratio_over_a_wrong_or_missing_answer(bad: Turn) -> None:
    for ours, stock in ((bad, right), (right, bad)):
        sound, screen = await printed(ours, stock)
        assert not sound
        assert "refused" in screen
