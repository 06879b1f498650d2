"""How fast a new FAQ is encoded, and what an answering process holds in memory.

python -m tests.benchmarks.encoding
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

from rich.console import Console

from faq_index import load_encoder
from tests.benchmarks.corpus import rows

PHRASINGS = 10_000
_RESIDENT = "import psutil; print(psutil.Process().memory_info().rss / 1e6)"
_ANSWERING = "from faq_index import load_encoder; e = load_encoder(); e.encode_query('refund');"
_WITH_TORCH = "import torch, sentence_transformers;"


def run(console: Console) -> dict[str, Any]:
    """Seconds for new phrasings on all cores, and resident MB without and with PyTorch."""
    texts = [text for row in rows(PHRASINGS) for text in row.phrasings]
    console.print(f"encoding {len(texts)} phrasings ...")
    encoder = load_encoder()
    started = time.perf_counter()
    encoder.encode_questions(texts)
    return {
        "phrasings": len(texts),
        "seconds": time.perf_counter() - started,
        "resident_mb": _resident(_ANSWERING),
        "resident_with_torch_mb": _resident(_ANSWERING + _WITH_TORCH),
    }


def _resident(program: str) -> float:
    command = [sys.executable, "-c", program + _RESIDENT]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def show(console: Console, figures: dict[str, Any]) -> None:
    console.print(
        f"{figures['phrasings']} new phrasings encoded in {figures['seconds']:.0f} s; "
        f"a process with its encoder holds {figures['resident_mb']:.0f} MB, "
        f"with PyTorch imported as well {figures['resident_with_torch_mb']:.0f} MB"
    )


if __name__ == "__main__":
    shown = Console()
    show(shown, run(shown))
