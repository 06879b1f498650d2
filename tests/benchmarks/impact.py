"""What a change does to 50,000 past questions against 5,000 entries: time and memory.

python -m tests.benchmarks.impact

Cold is the first comparison ever, warm one after it. The way of one question after the other is
measured on a sample in the same run, and every decision of the sample is compared.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from threadpoolctl import threadpool_limits

from faq_index import Encoder, Entry, load_encoder, load_snapshot
from faq_index.building import build_index
from faq_index.changes import Asked, Said, compare, with_phrasings
from faq_index.lookers import looking_up, useful_processes
from faq_index.read_ahead import ReadAhead
from faq_index.remembering import remember
from faq_index.sightings_file import load_sightings, save_sightings
from faq_index.snapshot import build_snapshot
from tests.benchmarks import varied


@dataclass(frozen=True)
class Run:
    """Seconds from loading the live index to having the sightings saved, on the clock and of the
    processor in all processes; how many were looked up and not remembered, of twice as many;
    questions treated in another way; this process's peak memory by then. Of the sample the
    processor's milliseconds a question one by one, of how many of how many the comparison tells
    the same, and the largest difference of a confidence."""

    name: str
    seconds: float
    processor: float
    looked_up: int
    changes: int
    peak_mb: float
    one_by_one_ms: float
    sampled: int
    equal: int
    furthest: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=5000)
    parser.add_argument("--questions", type=int, default=50_000)
    parser.add_argument("--changed", type=int, nargs="+", default=[1, 1, 50])
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--processes", type=int, default=useful_processes())
    parser.add_argument("--remember", action="store_true", help="first, as `kotae remember` does")
    parser.add_argument("--out", type=Path, default=Path("bench-impact.json"))
    parser.add_argument("--keep", type=Path, help="folder that keeps index and sightings")
    chosen = parser.parse_args()
    # As the app runs: threads that wait for each other would make one by one look slower.
    threadpool_limits(1)
    faiss.omp_set_num_threads(1)
    console, encoder = Console(), load_encoder()
    entries = varied.entries(chosen.entries)
    asked = [Asked(text, "en") for text in varied.questions(entries, chosen.questions)]
    with _folder(chosen.keep) as folder:
        if not (folder / "index").exists():
            started = time.perf_counter()
            build_snapshot(entries, encoder, folder / "index")
            console.print(f"{len(entries)} entries built in {_since(started):.0f} s")
        console.print(f"peak memory before the first comparison: {_peak():.0f} MB")
        if chosen.remember:
            console.print(_remember(encoder, asked, folder, chosen.processes))
        runs = []
        for number, count in enumerate(chosen.changed):
            state = "warm" if any((folder / "asked").glob("*")) else "cold"
            new = varied.changed(entries, count, seed=2 + number)
            name = f"{count} changed, {state}"
            run = _run(name, new, encoder, asked, folder, chosen.sample, chosen.processes)
            console.print(run)
            runs.append(run)
    _show(console, runs, len(asked))
    figures = {"questions": len(asked), "runs": [asdict(run) for run in runs]}
    chosen.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _run(
    name: str,
    new: Sequence[Entry],
    encoder: Encoder,
    asked: Sequence[Asked],
    folder: Path,
    sample: int,
    processes: int,
) -> Run:
    started, processor = time.perf_counter(), _processor()
    ahead = ReadAhead(encoder)
    before = load_snapshot(folder / "index", ahead)
    after = build_index(new, ahead, before=before)
    with looking_up([before, after], processes) as look, Progress(transient=True) as bar:
        sightings = load_sightings(folder / "asked", look)
        task = bar.add_task(name, total=len(asked))
        comparison = compare(
            before,
            after,
            asked,
            [],
            lambda done, _total: bar.update(task, completed=done),
            sightings,
        )
    save_sightings(sightings, folder / "asked")
    seconds, used, peak = _since(started), _processor() - processor, _peak()
    looked_up = sightings.asked
    drawn = [*asked[:: max(1, len(asked) // sample)]]
    drawn += [change.asked for change in comparison.changes[:sample]]
    told = {change.asked: (change.before, change.after) for change in comparison.changes}
    # One pair of indexes at a time, or the peak would be that of two.
    del before, after, ahead, sightings, look
    before = load_snapshot(folder / "index", encoder)
    after = build_index(new, encoder, before=before)
    processor = time.process_time()
    alone = [
        tuple(Said.of(index.decide(each.text, each.language)) for index in (before, after))
        for each in drawn
    ]
    took = (time.process_time() - processor) * 1000 / len(drawn)
    pairs = [*zip((told.get(each) for each in drawn), alone, strict=True)]
    return Run(
        name,
        seconds,
        used,
        looked_up,
        len(comparison.changes),
        peak,
        took,
        len(pairs),
        sum(_is_so(one, two) for one, two in pairs),
        max(
            (
                abs(one.confidence - two.confidence)
                for p, q in pairs
                if p
                for one, two in zip(p, q, strict=True)
            ),
            default=0.0,
        ),
    )


def _is_so(told: tuple[Said, ...] | None, alone: tuple[Said, ...]) -> bool:
    """Does the comparison tell of this question what it meets when it is asked alone?"""
    kinds = [(each.kind, each.entries) for each in alone]
    if told is None:
        return kinds[0] == kinds[1]
    return kinds == [(each.kind, each.entries) for each in told]


def _remember(encoder: Encoder, asked: Sequence[Asked], folder: Path, processes: int) -> str:
    """What it took from loading the live index to having all of them saved."""
    started, processor = time.perf_counter(), _processor()
    live = load_snapshot(folder / "index", encoder)
    with looking_up([live], processes) as look, Progress(transient=True) as bar:
        met = load_sightings(folder / "asked", look)
        task = bar.add_task("remembering", total=None)
        found = remember(
            live,
            with_phrasings(asked, live),
            met,
            lambda: save_sightings(met, folder / "asked"),
            tell=lambda done, total: bar.update(task, completed=done, total=total),
        )
    return f"{found} in {_since(started):.0f} s, {_processor() - processor:.0f} s of the processor"


def _processor() -> float:
    """Seconds of this process and of those that it has started and that have ended."""
    return sum(os.times()[:4])


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="kotae-bench-") as name:
        yield Path(name)


def _since(started: float) -> float:
    return time.perf_counter() - started


def _peak() -> float:
    """Megabytes of this process at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _show(console: Console, runs: Sequence[Run], questions: int) -> None:
    table = Table("entries", "s", "processor s", "looked up", "one by one", "ratio", "equal")
    for run in runs:
        alone = run.one_by_one_ms * questions / 1000
        table.add_row(
            run.name,
            f"{run.seconds:.0f}",
            f"{run.processor:.0f}",
            f"{run.looked_up:,} of {2 * questions:,}",
            f"{alone:.0f}",
            f"{alone / run.processor:.1f}x",
            f"{run.equal} of {run.sampled}, p to {run.furthest:.0e}",
        )
    console.print(table)
    console.print(f"{questions:,} questions; peak memory {runs[0].peak_mb:.0f} MB")


if __name__ == "__main__":
    main()
