"""Follow-up questions in the dialogues of tests/dialogues, without and with the first question.

python -m tests.benchmarks.follow_ups [--half tuned_on|measured_on]
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from faq_index import ensure_index, load_encoder
from tests.benchmarks.dialogues import HALVES, OUTCOMES, PARTS, ROOT, outcomes, read_dialogues


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES, default="measured_on")
    chosen = parser.parse_args()
    table = Table("language", "second question", "n", "with the first", *OUTCOMES)
    with tempfile.TemporaryDirectory(prefix="kotae-bench-") as folder:
        index = ensure_index(ROOT / "data" / "faq", Path(folder), load_encoder())
        for language in ("en", "ja"):
            dialogues = [x for x in read_dialogues(language) if x.half == chosen.half]
            for part in PARTS:
                of_part = [each for each in dialogues if each.part == part]
                for in_context in (False, True):
                    counts = Counter(outcomes(index, of_part, in_context=in_context))
                    figures = [str(counts[each]) for each in OUTCOMES]
                    used = "yes" if in_context else "no"
                    shown = (language, part.replace("_", " "), str(len(of_part)), used)
                    table.add_row(*shown, *figures)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
