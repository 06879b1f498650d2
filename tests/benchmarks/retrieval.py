"""One question to its decision, encoding included, against the naive form.

The naive form encodes, searches a flat index and does nothing else. The index is built in a process
of its own, so that this one holds what an app would.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import faiss
import numpy as np
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from faq_index import Encoder, FaqIndex, Vector, build_snapshot, load_encoder, load_snapshot
from faq_index.encoder import read
from faq_index.encoders import packaged_minilm
from tests.benchmarks.composed import Composed
from tests.benchmarks.corpus import Row, entry_of, rows

ASKED = 200
LOADS = 3
NEAREST = 10
# Of a larger corpus the vectors are composed, see composed.py.
MOST_ENCODED = 20_000
# Of a larger one, which takes minutes and some twenty gigabytes, no change is brought live.
MOST_CHANGED = 200_000
Find = Callable[[str], str]


def run(console: Console, phrasings: int) -> dict[str, Any]:
    """Medians of both forms on one thread, how many each got right, and what a change costs."""
    console.print(f"retrieval over {phrasings} phrasings ...")
    with tempfile.TemporaryDirectory(prefix="kotae-bench-") as name:
        folder = Path(name)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            built = pool.apply(_build, (phrasings, folder))
        return built | _asked_of(folder, phrasings)


def _asked_of(folder: Path, phrasings: int) -> dict[str, Any]:
    """What loading what was built there takes, and asking it."""
    # As the app sets it; else the two would also compare how well their threads share the cores.
    threadpool_limits(1)
    faiss.omp_set_num_threads(1)
    entries = _rows(phrasings)
    encoder = _encoder(phrasings)
    empty = _resident()
    loads = [_seconds(lambda: load_snapshot(folder, encoder)) for _ in range(LOADS)]
    index = load_snapshot(folder, encoder)
    held = _resident() - empty

    def ours(question: str) -> str:
        return index.decide(question, "en").candidates[0].entry.id

    _time({"kotae": ours}, entries)
    after = _resident() - empty
    return {
        "phrasings": phrasings,
        "vectors": "encoded" if phrasings <= MOST_ENCODED else "composed",
        **_on_disk(folder / index.version),
        "loaded_s": median(loads),
        "loaded_mb": held,
        "asked_mb": after,
        "recall_at_10": _recall(index, entries),
        **_time({"naive": _naive(index, entries), "kotae": ours}, entries),
    }


def _rows(phrasings: int) -> list[Row]:
    """Composed ones have codes for ids, which are no names: as many texts as phrasings."""
    found = rows(phrasings)
    if phrasings <= MOST_ENCODED:
        return found
    return [replace(row, id=f"e{place}") for place, row in enumerate(found)]


def _encoder(phrasings: int) -> Encoder:
    encoder = load_encoder()
    return encoder if phrasings <= MOST_ENCODED else Composed(encoder)


def _build(phrasings: int, folder: Path) -> dict[str, Any]:
    """Seconds to build, and to bring one changed entry live; and the most memory that took."""
    threadpool_limits(1)
    faiss.omp_set_num_threads(1)
    encoder = _encoder(phrasings)
    entries = [entry_of(row) for row in _rows(phrasings)]
    built = _seconds(lambda: build_snapshot(entries, encoder, folder))
    live = None
    if phrasings <= MOST_CHANGED:
        changed = [
            replace(entries[0], also_asked=("a new way to ask", *entries[0].also_asked[1:])),
            *entries[1:],
        ]
        live = _seconds(lambda: build_snapshot(changed, encoder, folder))
        build_snapshot(entries, encoder, folder)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"index_built_s": built, "one_change_live_s": live, "building_mb": most}


def _seconds(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def _resident() -> float:
    """Megabytes of this process in memory, with the pages of mapped files that it has looked at."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _on_disk(version: Path) -> dict[str, float]:
    """Megabytes of what serving needs, and of what only building does."""
    files = [(".raw." in path.name, path.stat().st_size / 2**20) for path in version.iterdir()]
    return {
        "serving_mb": sum(size for is_raw, size in files if not is_raw),
        "raw_mb": sum(size for is_raw, size in files if is_raw),
    }


def _recall(index: FaqIndex, entries: Sequence[Row]) -> float:
    """Of the nearest phrasings by an exact search the share that the index's search finds."""
    part = index.partitions["en"]
    texts = [row.asked for row in _asked(entries)]
    vectors = np.stack([_vector(index, text) for text in texts])
    dense = part.matchers.dense
    exact = faiss.knn(vectors, dense.vectors, NEAREST, faiss.METRIC_INNER_PRODUCT)[1]
    found = [dense.nearest(vector[None, :], NEAREST)[0][0] for vector in vectors]
    return float(np.mean([np.isin(own, got).mean() for own, got in zip(exact, found, strict=True)]))


def _vector(index: FaqIndex, text: str) -> Vector:
    part = index.partitions["en"]
    [asked] = part.matchers.asked([text], read(part.encoder, [text]))
    return asked.vector


def _naive(index: FaqIndex, entries: Sequence[Row]) -> Find:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    naive = SentenceTransformer(str(packaged_minilm()), device="cpu")
    owner = [row.id for row in entries for _ in row.phrasings]
    # The first view is MiniLM's, so neither form is given other vectors than the other.
    flat = faiss.IndexFlatIP(384)
    flat.add(np.ascontiguousarray(index.partitions["en"].encoded.vectors[:, :384]))

    def find(question: str) -> str:
        asked = naive.encode([question], normalize_embeddings=True, show_progress_bar=False)
        return owner[int(flat.search(asked, 10)[1][0][0])]

    return find


def _asked(entries: Sequence[Row]) -> Sequence[Row]:
    # An odd step: an even one would ask for the same thing again and again.
    return entries[:: len(entries) // ASKED | 1][:ASKED]


def _time(forms: dict[str, Find], entries: Sequence[Row]) -> dict[str, dict[str, float]]:
    """The forms take turns, so that whatever else the machine does meets both."""
    asked = _asked(entries)
    took: dict[str, list[float]] = {name: [] for name in forms}
    right = dict.fromkeys(forms, 0)
    for number, row in enumerate([*asked[:10], *asked]):
        for name, find in forms.items():
            started = time.perf_counter()
            found = find(row.asked)
            if number >= 10:  # before that they warm up
                took[name].append((time.perf_counter() - started) * 1000)
                right[name] += found == row.id
    return {
        name: {"median_ms": median(took[name]), "hit_at_1": right[name] / len(asked)}
        for name in forms
    }


def show(console: Console, figures: dict[str, Any]) -> bool:
    """Print both rows and the ratio of the times; the ratio only when ours found as much."""
    naive, ours = figures["naive"], figures["kotae"]
    table = Table("retrieval", "median ms", "hit@1")
    table.add_row("naive", f"{naive['median_ms']:.1f}", f"{naive['hit_at_1']:.3f}")
    table.add_row("Kotae", f"{ours['median_ms']:.1f}", f"{ours['hit_at_1']:.3f}")
    sound = bool(ours["hit_at_1"] >= naive["hit_at_1"])
    ratio = f"{ours['median_ms'] / naive['median_ms']:.2f}x" if sound else "refused: found less"
    table.add_row("Kotae / naive", ratio, "")
    console.print(table)
    live = figures["one_change_live_s"]
    changed = "" if live is None else f", one changed entry live in {live:.1f} s"
    console.print(
        f"index of {figures['phrasings']} phrasings ({figures['vectors']}): "
        f"built in {figures['index_built_s']:.1f} s with {figures['building_mb']:,.0f} MB, "
        f"loaded in {figures['loaded_s']:.2f} s{changed}"
    )
    console.print(
        f"resident: {figures['loaded_mb']:,.0f} MB after loading, {figures['asked_mb']:,.0f} MB "
        f"after {ASKED} questions; on disk {figures['serving_mb']:,.0f} MB for serving and "
        f"{figures['raw_mb']:,.0f} MB for building; recall@10 {figures['recall_at_10']:.3f}"
    )
    return sound
