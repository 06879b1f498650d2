"""`python -m tests.benchmarks.going_live`: seconds from a saved FAQ file to its being live.

The keeper of a running Kotae watches the folder, as in `kotae up`; what is timed is from the moment
the file is written until the live index says what it says, and until what it teaches is learned
anew. Each kind of change several times, on the demo shop's FAQ and on a made-up one.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from faq_index.live import LiveIndex
from faq_index.loader import FaqReader
from tests.benchmarks.corpus import rows, write_faq
from tests.conftest import ROOT
from web_widget.knowledge import Soon, build_index, learn
from web_widget.read_settings import load_settings
from web_widget.watch import IndexKeeper

SAVES = 5
Change = Callable[[str, str], str]
# Seconds until live, CPU seconds until then, seconds until learned.
Took = tuple[float, float, float]


async def seconds(folder: Path, changed: Path) -> Table:
    """A row for each kind of change: medians, and the most until it is live."""
    settings = load_settings(
        {"KOTAE_FAQ_DIR": str(folder), "KOTAE_VAR_DIR": str(folder.parent / "var")}
    )
    knowledge = await asyncio.to_thread(learn, settings)
    live, reader = LiveIndex(knowledge.index), FaqReader(folder)
    reader.load()
    keeper = IndexKeeper(
        live,
        folder,
        lambda: build_index(settings, knowledge.encoder),
        soon=Soon(reader, settings.max_wrong),
        stamp=knowledge.stamp,
    )
    watching = asyncio.create_task(keeper.run())
    await asyncio.sleep(1)
    phrasings = sum(len(entry.phrasings) for entry in knowledge.index.entries())
    heads = "live after s", "the longest", "CPU s until then", "learned after s"
    table = Table(f"{phrasings:,} phrasings", *heads)
    for change in (an_answer, a_phrasing):
        took = []
        for number in range(SAVES):
            took.append(await _save(live, changed, change, number))
        shown, worked, learned = zip(*took, strict=True)
        figures = median(shown), max(shown), median(worked), median(learned)
        table.add_row(change.__name__.replace("_", " "), *(f"{each:.2f}" for each in figures))
    keeper.stop()
    await watching
    return table


async def _save(live: LiveIndex, file: Path, change: Change, number: int) -> Took:
    word = f"version {number + 1} of {change.__name__}"
    text = await asyncio.to_thread(file.read_text, "utf-8")
    await asyncio.to_thread(file.write_text, change(text, word), "utf-8")
    started, worked = time.perf_counter(), time.process_time()
    await asyncio.to_thread(_wait, lambda: _says(live, word))
    shown, worked = time.perf_counter() - started, time.process_time() - worked
    version = live.current.version
    await asyncio.to_thread(_wait, lambda: live.current.version != version)
    return shown, worked, time.perf_counter() - started


def _wait(until: Callable[[], bool]) -> None:
    while not until():
        time.sleep(0.05)


def _says(live: LiveIndex, word: str) -> bool:
    return any(word in text for e in live.current.entries() for text in (e.answer, *e.phrasings))


def an_answer(text: str, word: str) -> str:
    at = text.index("answer: ") + len("answer: ")
    if text[at] == "|":
        at = text.index("\n", at)
        at += len(text[at:]) - len(text[at:].lstrip())
    return f"{text[:at]}As of {word}, {text[at:]}"


def a_phrasing(text: str, word: str) -> str:
    at = text.index("    also_asked:\n") + len("    also_asked:\n")
    return f"{text[:at]}      - {word} way to ask\n{text[at:]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phrasings", type=int, default=10_000)
    chosen = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="kotae-bench-") as name:
        demo = Path(name) / "demo" / "faq"
        shutil.copytree(ROOT / "data" / "faq", demo)
        console.print(asyncio.run(seconds(demo, demo / "en" / "orders.yml")))
        made = Path(name) / "made" / "faq"
        write_faq(made, list(rows(chosen.phrasings)))
        console.print(asyncio.run(seconds(made, made / "bench-0.yml")))


if __name__ == "__main__":
    main()
