"""From `kotae up` to the first answer a customer gets, with dialogue and index made before.

python -m tests.benchmarks.start
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import httpx
from rich.console import Console
from rich.table import Table

from tests.benchmarks.corpus import Row, answer_of, rows
from tests.benchmarks.customers import kotae, kotae_customer
from tests.product import Product

ASK_AGAIN = 0.02


@dataclass(frozen=True)
class Start:
    """Seconds from the start of the command: to a page that answers, to the first answer, and to
    Rasa's joining. `right`: the answer was the one expected."""

    page: float
    answer: float
    rasa: float
    right: bool


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.start", description=__doc__)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--phrasings", type=int, default=5000)
    parser.add_argument("--out", type=Path, default=Path("bench-start.json"))
    chosen = parser.parse_args()
    entries = rows(chosen.phrasings)
    with tempfile.TemporaryDirectory(prefix="kotae-start-") as name:
        with kotae(Path(name), entries) as product:
            # The first start trains and builds.
            settings, var = product.settings, product.var
        starts = [_start(Product(var, settings), entries[0]) for _ in range(chosen.starts)]
    _show(starts)
    figures = [asdict(start) for start in starts]
    chosen.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0 if all(start.right for start in starts) else 1


def _start(product: Product, row: Row) -> Start:
    try:
        return asyncio.run(_measure(product, row))
    finally:
        product.stop()


async def _measure(product: Product, row: Row) -> Start:
    starting = asyncio.create_task(asyncio.to_thread(product.start, rasa=True))
    began = time.monotonic()
    open_customer = kotae_customer(product)
    while True:
        try:
            customer = await open_customer()
            break
        except httpx.TransportError:
            await asyncio.sleep(ASK_AGAIN)
    page = time.monotonic() - began
    right = await customer(row) == answer_of(row)
    answer = time.monotonic() - began
    await customer.leave()
    await starting
    return Start(page, answer, time.monotonic() - began, right)


def _show(starts: list[Start]) -> None:
    table = Table("", "median s", "longest s")
    for name, label in (
        ("page", "a conversation can be begun"),
        ("answer", "the first answer has come"),
        ("rasa", "Rasa has joined"),
    ):
        seconds = [float(getattr(start, name)) for start in starts]
        table.add_row(label, f"{median(seconds):.1f}", f"{max(seconds):.1f}")
    Console().print(table)


if __name__ == "__main__":
    raise SystemExit(main())
