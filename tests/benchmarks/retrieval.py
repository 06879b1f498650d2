"""One question to its decision, encoding included, against the naive form.

The naive form encodes, searches a flat index and does nothing else.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import faiss
import numpy as np
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from faq_index import Encoder, FaqIndex, ensure_index, load_encoder, load_snapshot
from faq_index.encoders import packaged_minilm
from tests.benchmarks.composed import Composed
from tests.benchmarks.corpus import Row, rows, write_faq

ASKED = 200
# Of a larger corpus the vectors are composed, see composed.py.
MOST_ENCODED = 20_000


def run(console: Console, phrasings: int) -> dict[str, Any]:
    """Medians of both forms on one thread, how many each got right, and what a change costs."""
    import torch
    from sentence_transformers import SentenceTransformer

    # As the app sets it; else the two would also compare how well their threads share the cores.
    threadpool_limits(1)
    torch.set_num_threads(1)
    faiss.omp_set_num_threads(1)
    entries = rows(phrasings)
    console.print(f"retrieval over {phrasings} phrasings ...")
    encoder = load_encoder()
    large = phrasings > MOST_ENCODED
    with tempfile.TemporaryDirectory(prefix="kotae-bench-") as name:
        folder = Path(name)
        figures, index = _built(entries, Composed(encoder) if large else encoder, folder)
    naive = SentenceTransformer(str(packaged_minilm()), device="cpu")
    owner = [row.id for row in entries for _ in row.phrasings]
    part = index.partitions["en"]
    # The first view is MiniLM's, so neither form is given other vectors than the other.
    flat = faiss.IndexFlatIP(384)
    flat.add(np.ascontiguousarray(part.encoded.vectors[:, :384]))

    def naively(question: str) -> str:
        asked = naive.encode([question], normalize_embeddings=True, show_progress_bar=False)
        return owner[int(flat.search(asked, 10)[1][0][0])]

    def ours(question: str) -> str:
        return index.decide(question, "en").candidates[0].entry.id

    return {
        "phrasings": phrasings,
        "vectors": "composed" if large else "encoded",
        **figures,
        **_time({"naive": naively, "kotae": ours}, entries),
    }


def _built(
    entries: Sequence[Row], encoder: Encoder, folder: Path
) -> tuple[dict[str, float], FaqIndex]:
    """Seconds to build, to load, and to bring one changed entry live; and the index."""
    write_faq(folder / "faq", list(entries))
    _, built = _seconds(lambda: ensure_index(folder / "faq", folder / "index", encoder))
    _, loaded = _seconds(lambda: load_snapshot(folder / "index", encoder))
    changed = folder / "faq" / "bench-0.yml"
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace(entries[0].phrasings[1], "a new way to ask", 1), "utf-8")
    _, live = _seconds(lambda: ensure_index(folder / "faq", folder / "index", encoder))
    changed.write_text(text, "utf-8")
    index = ensure_index(folder / "faq", folder / "index", encoder)
    return {"index_built_s": built, "loaded_s": loaded, "one_change_live_s": live}, index


def _seconds(do: Callable[[], FaqIndex]) -> tuple[FaqIndex, float]:
    started = time.perf_counter()
    return do(), time.perf_counter() - started


def _time(
    forms: dict[str, Callable[[str], str]], entries: Sequence[Row]
) -> dict[str, dict[str, float]]:
    """The forms take turns, so that whatever else the machine does meets both."""
    step = max(1, len(entries) // ASKED)
    asked = entries[::step][:ASKED]
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
    console.print(
        f"index of {figures['phrasings']} phrasings ({figures['vectors']}): "
        f"built in {figures['index_built_s']:.1f} s, loaded in {figures['loaded_s']:.1f} s, "
        f"one changed entry live in {figures['one_change_live_s']:.1f} s"
    )
    return sound
