"""How many calls for a person and complaints the trained dialogue hears, and how often falsely.

python -m tests.benchmarks.acts --data FOLDER [--model FILE]

The messages go through the whole trained pipeline, the fallback threshold included. FOLDER holds
`dialogue_acts_en.jsonl` ({"text", "label"}) and the `*.queries.jsonl` ({"query"}) that QUESTIONS
names, which ask for no person. When the examples were written, wrongly heard lines were read in
one half only; which half a line belongs to follows from its SHA-256.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from helpdesk.intervals import wilson
from web_widget.supervisor.dialogue import Dialogue

ROOT = Path(__file__).resolve().parents[2]
UNDERSTAND = "tests/dialogue/in_rasa/understand.py"
ACTS_FILE = "dialogue_acts_en.jsonl"
PERSON, COMPLAINT = "ask_for_person", "complain"
# How the lines of ACTS_FILE are labelled, and the act that each label must be heard as.
LABELS = {"ask_human": {PERSON}, "complaint": {COMPLAINT}}
QUESTIONS = ("banking77_5shot", "banking77_oos_5shot", "clinc150_5shot", "kosodate_faq_ja")
MIN_RECALL, MAX_FALSE = 0.95, 0.01


@dataclass(frozen=True)
class Population:
    name: str
    texts: list[str]
    wanted: set[str]  # the acts that are counted
    bar: tuple[float, float] | None  # lowest and highest allowed share

    def holds(self, share: float) -> bool:
        return self.bar is None or self.bar[0] <= share <= self.bar[1]


def is_held_out(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1


def populations(folder: Path) -> Iterator[Population]:
    acts = [(row["label"], row["text"]) for row in _rows(folder / ACTS_FILE)]
    for label, wanted in LABELS.items():
        texts = [text for of, text in acts if of == label]
        yield Population(label, texts, wanted, (MIN_RECALL, 1.0))
    ordinary = {"other": [text for label, text in acts if label == "other"]}
    for name in QUESTIONS:
        ordinary[name] = [row["query"] for row in _rows(folder / f"{name}.queries.jsonl")]
    for name, texts in ordinary.items():
        yield Population(name, texts, {PERSON, COMPLAINT}, (0.0, MAX_FALSE))
    # "When can I reach customer service?" and "let me speak to them" in one label: no bar.
    contact = [text for label, text in acts if label == "ask_contact_info"]
    yield Population("ask_contact_info", contact, {PERSON, COMPLAINT}, None)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        sys.exit(f"{path} does not exist: --data names the folder with the evaluation sets.")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def trained(dialogue: Dialogue, folder: Path) -> Path:
    """A model that is trained as `kotae train` does it."""
    command = dialogue.training(os.environ, folder / "training.log")
    done = subprocess.run(
        command.argv, cwd=command.folder, env=command.environment, capture_output=True, text=True
    )
    model = dialogue.keep_trained(dialogue.fingerprint())
    if done.returncode or model is None:
        sys.exit(f"Training the dialogue failed: {(done.stdout + done.stderr)[-500:]}")
    return model


def understood(python: Path, model: Path, texts: list[str]) -> list[str]:
    """The intent of each text, in order, as Rasa reads it from this model."""
    done = subprocess.run(
        [str(python), UNDERSTAND, str(model)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=json.dumps(texts),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"Rasa could not read the messages: {done.stderr[-500:]}")
    intents: list[str] = json.loads(done.stdout.splitlines()[-1])
    return intents


def add_rows(table: Table, population: Population, intents: list[str]) -> bool:
    """One row for each half and one for both; whether both together keep the bar."""
    pairs = list(zip(population.texts, intents, strict=True))
    parts = {
        "looked at": [intent for text, intent in pairs if not is_held_out(text)],
        "held out": [intent for text, intent in pairs if is_held_out(text)],
        "both": intents,
    }
    share = 0.0
    for part, heard in parts.items():
        if not heard:
            continue
        counts = Counter(heard)
        hits = sum(counts[act] for act in population.wanted)
        share = hits / len(heard)
        low, high = wilson(hits, len(heard))
        table.add_row(
            *(population.name, part, str(len(heard))),
            *(str(counts[PERSON]), str(counts[COMPLAINT])),
            *(f"{share:.2%}", f"{low:.2%} to {high:.2%}"),
        )
    table.add_section()
    return population.holds(share)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the evaluation sets")
    parser.add_argument("--model", type=Path, help="a trained dialogue; without it, one is trained")
    parser.add_argument("--python", type=Path, default=ROOT / ".venv-rasa" / "bin" / "python")
    chosen = parser.parse_args()
    measured = list(populations(chosen.data))
    with tempfile.TemporaryDirectory(prefix="kotae-bench-") as name:
        dialogue = Dialogue(ROOT, Path(name), chosen.python)
        dialogue.require()
        model = chosen.model.resolve() if chosen.model else trained(dialogue, Path(name))
        texts = [text for population in measured for text in population.texts]
        intents = iter(understood(chosen.python, model, texts))
    table = Table("lines", "part", "n", "person", "complaint", "share", "95 %")
    kept = [add_rows(table, p, [next(intents) for _ in p.texts]) for p in measured]
    console = Console(width=100)
    console.print(table)
    console.print(
        f"bar: share >= {MIN_RECALL:.0%} of calls and complaints, <= {MAX_FALSE:.0%} else"
    )
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
