"""What becomes of the demo's test questions.

python -m tests.benchmarks.demo_questions [--encoder NAME]
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from faq_index import Answer, FaqIndex, Suggest, ensure_index, load_encoder

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ("right", "offered", "wrong", "offered wrongly", "refused")


def outcome(index: FaqIndex, language: str, asked: str, expected: str | None) -> str:
    """One of COLUMNS; with nothing expected, whatever is answered or offered is wrong."""
    decision = index.decide(asked, language)
    if isinstance(decision, Answer):
        return "right" if decision.entry.id == expected else "wrong"
    if isinstance(decision, Suggest):
        fits = expected in [entry.id for entry in decision.entries]
        return "offered" if fits else "offered wrongly"
    return "refused"


def rows_of(questions: dict[str, list[Any]], part: str) -> list[tuple[str, str | None]]:
    if part == "answerable":
        found = questions["answerable"] + questions["misspelt"]
        return [(row["ask"], row["expect"]) for row in found]
    return [(row["ask"] if isinstance(row, dict) else row, None) for row in questions[part]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default="default")
    chosen = parser.parse_args().encoder
    table = Table("encoder", "language", "questions", "n", *COLUMNS)
    with tempfile.TemporaryDirectory(prefix="kotae-bench-") as folder:
        index = ensure_index(ROOT / "data" / "faq", Path(folder), load_encoder(chosen))
        for language in ("en", "ja"):
            file = ROOT / "tests" / "questions" / f"{language}.yml"
            questions = YAML(typ="safe").load(file)
            for part in ("answerable", "unanswerable"):
                rows = rows_of(questions, part)
                counts = Counter(outcome(index, language, *row) for row in rows)
                figures = [str(counts[column]) for column in COLUMNS]
                table.add_row(chosen, language, part, str(len(rows)), *figures)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
