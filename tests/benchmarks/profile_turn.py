"""Where a turn's time goes: py-spy on the app and on Rasa while sixteen customers ask.

Writes one picture per process: every bar is a function, as wide as its share of the samples in
which the process worked, under the function that called it.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import altair as alt
from rich.console import Console

from tests.benchmarks.corpus import Row, answer_of, rows
from tests.benchmarks.customers import kotae, kotae_customer
from tests.benchmarks.load import measure
from tests.product import Product

SECONDS = 10
# A function with less than this share is left out.
SMALLEST = 0.015
# Waiting is no work: what py-spy takes for it where threads idle without the system's help.
IDLE = re.compile(r"\b(select|_worker) \(|WorkerThread\.run|wait \(threading")
# What every stack begins with says nothing.
COMMON = re.compile(
    r"_bootstrap|Thread\.run|_run_module|_run_code|<module>|runners\.py|base_events"
)


@dataclass
class Part:
    """A function as called from the one above it; `share` of all samples, in 0..1."""

    share: float = 0.0
    calls: dict[str, Part] = field(default_factory=dict)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.profile_turn")
    parser.add_argument("--phrasings", type=int, default=5000)
    parser.add_argument("--to", type=Path, default=Path("var/profile"))
    parser.add_argument("--gil", action="store_true", help="only what holds the interpreter")
    chosen = parser.parse_args()
    chosen.to.mkdir(parents=True, exist_ok=True)
    entries = rows(chosen.phrasings)
    with (
        tempfile.TemporaryDirectory(prefix="kotae-bench-") as name,
        kotae(Path(name), entries) as product,
    ):
        recorded = asyncio.run(_record(product, entries, Path(name), gil=chosen.gil))
        for process, file in recorded.items():
            picture = chosen.to / f"{process}{'-gil' if chosen.gil else ''}.svg"
            draw(file.read_text(encoding="utf-8").splitlines(), picture, process)
            Console().print(f"{process}: {picture}")
    return 0


async def _record(
    product: Product, entries: list[Row], folder: Path, *, gil: bool
) -> dict[str, Path]:
    pids = {"app": product.child("web_widget").pid, "rasa": product.child("bot.launcher").pid}
    files = {name: folder / f"{name}.txt" for name in pids}
    customers = kotae_customer(product)
    await measure(customers, entries, answer_of, concurrent=4, turns=20, pids=())
    recorders = [_recorder(pid, files[name], gil=gil) for name, pid in pids.items()]
    while any(recorder.poll() is None for recorder in recorders):
        await measure(customers, entries, answer_of, concurrent=16, turns=160, pids=())
    return files


def _recorder(pid: int, file: Path, *, gil: bool) -> subprocess.Popen[bytes]:
    words = (
        "record", "--pid", pid, "--duration", SECONDS, "--rate", 60,
        "--nonblocking", "--format", "raw", "--output", file,
        *(["--gil"] if gil else []),
    )  # fmt: skip
    return subprocess.Popen(
        [Path(sys.executable).with_name("py-spy"), *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def draw(stacks: Iterable[str], picture: Path, title: str) -> None:
    """`stacks`: py-spy's raw format, a line each of frames from the outermost, and a count."""
    whole = _tree(stacks)
    bars = list(_bars(whole, 0.0, 0))
    deepest = max(bar["depth"] for bar in bars) + 1
    chart = alt.Chart(alt.Data(values=bars)).encode(
        x=alt.X("left:Q", title="share of the samples", axis=alt.Axis(format="%")).scale(
            domain=[0, 1]
        ),
        x2="right:Q",
        y=alt.Y("depth:O", axis=None),
    )
    blocks = chart.mark_rect(stroke="white").encode(
        color=alt.Color("share:Q", legend=None).scale(scheme="blues", domain=[-0.3, 1.2])
    )
    words = chart.mark_text(align="left", dx=3, fontSize=10, clip=True).encode(
        text="label:N", x="left:Q"
    )
    both = (blocks + words).properties(width=1000, height=17 * deepest, title=title)
    both.save(str(picture))


def _tree(stacks: Iterable[str]) -> Part:
    whole, total = Part(), 0
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        if not count.isdigit() or IDLE.search(stack.rpartition(";")[2]):
            continue
        total += int(count)
        at = whole
        at.share += int(count)
        for frame in stack.split(";"):
            if COMMON.search(frame):
                continue
            at = at.calls.setdefault(re.sub(r":\d+\)$", ")", frame), Part())
            at.share += int(count)
    _divide(whole, max(total, 1))
    return whole


def _divide(part: Part, by: int) -> None:
    part.share /= by
    for called in part.calls.values():
        _divide(called, by)


def _bars(part: Part, left: float, depth: int) -> Iterable[dict[str, object]]:
    for name, called in sorted(part.calls.items(), key=lambda item: -item[1].share):
        if called.share < SMALLEST:
            continue
        # About six points a letter.
        letters = int(called.share * 1000 / 6) - 1
        yield {
            "left": left, "right": left + called.share, "depth": depth, "share": called.share,
            "label": f"{called.share:.0%} {name}"[: max(letters, 0)],
        }  # fmt: skip
        yield from _bars(called, left, depth + 1)
        left += called.share


if __name__ == "__main__":
    raise SystemExit(main())
