"""`make bench`: every measurement, a table on the screen and bench.json."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from rich.console import Console

from tests.benchmarks import encoding, retrieval, turns, turns_table


def main() -> int:
    """0 when every answer was right; 1 when a ratio had to be refused."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--phrasings", type=int, default=5000)
    parser.add_argument("--share", type=float, default=1.0, help="of the turns, for a quick look")
    parser.add_argument("--only", choices=["encoding", "retrieval", "turns"])
    parser.add_argument("--out", type=Path, default=Path("bench.json"))
    chosen = parser.parse_args()
    console, figures, sound = Console(), {}, True
    if chosen.only in (None, "encoding"):
        figures["encoding"] = encoding.run(console)
        encoding.show(console, figures["encoding"])
    if chosen.only in (None, "retrieval"):
        figures["retrieval"] = retrieval.run(console, chosen.phrasings)
        sound &= retrieval.show(console, figures["retrieval"])
    if chosen.only in (None, "turns"):
        figures["turns"] = asyncio.run(turns.run(console, chosen.phrasings, share=chosen.share))
        sound &= turns_table.show(console, figures["turns"])
    chosen.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    console.print(f"all figures: {chosen.out}")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
