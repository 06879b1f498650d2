"""What the demo shop's FAQ teaches of the weights of the signals, with next to no prior.

python -m tests.benchmarks.priors

faq_index/fusion.py takes its PRIOR after these: the phrasings held out and the questions of
tests/questions, in both languages. No public question set has a part in it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from faq_index import load_encoder, load_faq
from faq_index.building import build_partitions
from faq_index.encoder import read
from faq_index.fusion import PRIOR, Weights, fit_weights
from faq_index.partition import Partition
from faq_index.readings import readings
from faq_index.signals import NAMES, Look
from faq_index.training import hold_out

ROOT = Path(__file__).resolve().parents[2]
# A deviation of three times the prior: the data decide.
WIDE = 3.0
# A customer's question says more of customers than a phrasing of the FAQ does.
QUESTION = 4


def questions(part: Partition, language: str) -> tuple[list[Look], list[int]]:
    asked = YAML(typ="safe").load(ROOT / "tests" / "questions" / f"{language}.yml")
    places = {entry.id: place for place, entry in enumerate(part.entries)}
    looks, truth = [], []
    for row in asked["answerable"] + asked["misspelt"]:
        question = part.matchers.asked([row["ask"]], read(part.encoder, [row["ask"]]))
        looks += part.matchers.look(question, part.model.kernel)
        truth.append(places[row["expect"]])
    return looks, truth


def main() -> None:
    table = Table("language", "learned from", *NAMES)
    add = table.add_row

    def row(language: str, source: str, weights: Weights) -> None:
        add(language, source, *(f"{weight:.1f}" for weight in weights))

    partitions = build_partitions(load_faq(ROOT / "data" / "faq"), load_encoder(), max_wrong=0.10)
    for language, part in partitions.items():
        owners, views = part.matchers.phrasings.owners, part.matchers.blend.views
        found = readings(part.encoded.vectors, part.passages.vectors, owners, views)
        held = hold_out(part.matchers, part.model.kernel, part.encoded.tokens, found)
        looks, truth = questions(part, language)
        both = [*held.alone, *looks * QUESTION], [*held.owners, *truth * QUESTION]
        flat = np.full(len(NAMES), 3.0)
        row(language, "phrasings held out", fit_weights(held.alone, held.owners, flat, WIDE))
        row(language, "questions", fit_weights(looks, truth, flat, WIDE))
        row(language, "both", fit_weights(*both, flat, WIDE))
    row("", "PRIOR", PRIOR)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
