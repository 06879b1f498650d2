"""Learn the weights of faq_index/followup.py and print them with their cross-validation.

python -m tests.benchmarks.fit_follow_ups

Learned from the dialogues under `tuned_on` and, so that stand-alone questions are left alone, from
every second question of tests/questions after a random entry.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from ruamel.yaml import YAML
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from faq_index import FaqIndex, ensure_index, load_encoder
from faq_index.followup import WEIGHTS
from faq_index.partition import Found
from tests.benchmarks.dialogues import ROOT, read_dialogues

Array = NDArray[np.float64]
FOLDS = 5
# What one expects before the first example: what is found counts, and so do relations.
PRIOR = np.array([{"alone": 0.8, "joined": 0.3, "related": 1.0}.get(name, 0.0) for name in WEIGHTS])
# How far from it the examples may lead (a standard deviation).
FREEDOM = 2.0
# A question of tests/questions counts half: its words stand in no phrasing on purpose.
QUESTION = 0.5


@dataclass(frozen=True, slots=True)
class Example:
    """One row of features for each entry found, and for none at the end; which are right."""

    features: Array
    right: NDArray[np.bool_]
    weight: float
    fold: int

    def loss(self, weights: Array) -> tuple[float, Array]:
        """Minus the log likelihood, and its slope."""
        scores = self.features @ weights
        total, right = logsumexp(scores), logsumexp(scores[self.right])
        meant = np.zeros(len(scores))
        meant[self.right] = softmax(scores[self.right])
        slope = self.features.T @ (softmax(scores) - meant)
        return self.weight * float(total - right), self.weight * slope


def fit(examples: Sequence[Example]) -> Array:
    """Maximum a posteriori weights."""

    def loss(weights: Array) -> tuple[float, Array]:
        drift = (weights - PRIOR) / FREEDOM
        parts = [example.loss(weights) for example in examples]
        value = sum(part for part, _ in parts) + 0.5 * float(drift @ drift)
        return value, sum(slope for _, slope in parts) + drift / FREEDOM

    found: Array = minimize(loss, PRIOR, jac=True, method="L-BFGS-B").x
    return found


def examples_of(index: FaqIndex, language: str) -> Iterator[Example]:
    for number, (previous, asked, expect, weight) in enumerate(asked_after(index, language)):
        found = features(index, language, previous, asked)
        if found is None:
            continue
        ids, rows = found
        right = np.array([id in expect for id in ids] + [False])
        right[-1] = not right.any()
        with_none = np.vstack([rows, np.zeros(rows.shape[1])])
        yield Example(with_none, right, weight, number % FOLDS)


def asked_after(index: FaqIndex, language: str) -> Iterator[tuple[str, str, frozenset[str], float]]:
    """The entry answered before, the question, the entries that answer it, what it weighs."""
    for each in read_dialogues(language):
        if each.half == "tuned_on":
            yield each.answered, each.then, each.expect, 1.0
    questions = YAML(typ="safe").load(ROOT / "tests" / "questions" / f"{language}.yml")
    pick = random.Random(7)
    entries = [entry.id for entry in index.entries(language)]
    for part in ("answerable", "misspelt", "unanswerable"):
        for row in questions[part][::2]:
            asked = row["ask"] if isinstance(row, dict) else row
            expect = frozenset({row["expect"]} if part != "unanswerable" else ())
            yield pick.choice(entries), asked, expect, QUESTION


def features(
    index: FaqIndex, language: str, previous: str, asked: str
) -> tuple[list[str], Array] | None:
    """Entries found and their features; None for a question that is never read in context."""
    follow_ups = index._follow_ups[language]
    before = index.entry(previous, language)
    assert before is not None, previous

    def search(text: str) -> Found:
        return index._search(language, text, date.today())

    alone, reading = search(asked), follow_ups.read(asked)
    sure = alone.hits[0].confidence >= alone.threshold
    if not (reading.leans if sure else reading.may_lean):
        return None
    found = follow_ups.follow(reading, before, alone, search)
    return [hit.entry.id for hit in found.hits], found.features


def cross_validated(examples: Sequence[Example]) -> float:
    """The loss of all examples, each with weights learned from the other folds."""
    lost = 0.0
    for fold in range(FOLDS):
        weights = fit([example for example in examples if example.fold != fold])
        lost += sum(each.loss(weights)[0] for each in examples if each.fold == fold)
    return lost


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    examples: list[Example] = []
    with tempfile.TemporaryDirectory(prefix="kotae-fit-") as folder:
        index = ensure_index(ROOT / "data" / "faq", Path(folder), load_encoder())
        for language in ("en", "ja"):
            examples += examples_of(index, language)
    lost = cross_validated(examples) / len(examples)
    console = Console()
    for name, weight in zip(WEIGHTS, fit(examples), strict=True):
        console.print(f'    "{name}": {weight:.2f},', highlight=False)
    console.print(f"{len(examples)} examples, cross-validated loss {lost:.3f} each")


if __name__ == "__main__":
    main()
