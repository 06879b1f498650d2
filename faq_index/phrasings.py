"""The phrasings of one language, and what is known of their words and letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import eq

import numpy as np
from numpy.typing import NDArray

from faq_index.analysis import Analyzer
from faq_index.lexical import Bm25, Cosines
from faq_index.text import plain

Rows = NDArray[np.intp]
# How often the question's words count against those of its answer in the signal "answer".
_QUESTION_WEIGHT = 3


@dataclass(frozen=True, slots=True)
class Phrasings:
    """All phrasings of one language; those of one entry stand side by side, and behind them what it
    is called, if its id tells that (see names.py): `named` says which rows are such names."""

    texts: Sequence[str]
    owners: Rows
    answers: Sequence[str]
    named: NDArray[np.bool_]

    @property
    def entries(self) -> int:
        return len(self.answers)

    @property
    def asked(self) -> int:
        """How many of the rows customers ask."""
        return int((~self.named).sum())

    def same_as(self, other: Phrasings) -> bool:
        """In the same order, too."""
        return (
            np.array_equal(self.owners, other.owners)
            and np.array_equal(self.named, other.named)
            and _are_equal(self.texts, other.texts)
            and _are_equal(self.answers, other.answers)
        )

    def kept_of(self, earlier: Phrasings) -> Rows:
        """(phrasings,): where each stands in the `earlier` ones, before the same answer, or -1."""
        known = {facts: row for row, facts in enumerate(earlier.facts())}
        return np.array([known.get(facts, -1) for facts in self.facts()], dtype=np.intp)

    def facts(self) -> list[tuple[str, str]]:
        """What is compared of each phrasing: itself, and the answer it stands before."""
        answers = tuple(self.answers)
        return [
            (text, answers[owner])
            for text, owner in zip(self.texts, self.owners.tolist(), strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Texts:
    """The lexical matchers of one language."""

    words: Cosines
    answer: Bm25
    characters: Cosines

    @classmethod
    def over(cls, phrasings: Phrasings, analyzer: Analyzer) -> Texts:
        return cls(
            Cosines.over(phrasings.texts, analyzer.words),
            Bm25.over(_documents(phrasings, range(len(phrasings.texts))), analyzer.words),
            Cosines.over(phrasings.texts, analyzer.characters),
        )

    @classmethod
    def grown(cls, phrasings: Phrasings, kept: Rows, before: Texts) -> Texts:
        """How much each term tells, and what was `kept` (phrasings,), is taken from `before`."""
        rows = np.flatnonzero(kept < 0).tolist()
        texts = [phrasings.texts[row] for row in rows]
        return cls(
            before.words.grown(kept, texts),
            before.answer.grown(kept, _documents(phrasings, rows)),
            before.characters.grown(kept, texts),
        )


def _are_equal(some: Sequence[str], others: Sequence[str]) -> bool:
    return len(some) == len(others) and all(map(eq, some, others))


def _documents(phrasings: Phrasings, rows: Sequence[int]) -> list[str]:
    """Phrasings with their answers."""
    return [
        f"{phrasings.texts[row]}\n" * _QUESTION_WEIGHT
        + plain(phrasings.answers[phrasings.owners[row]])
        for row in rows
    ]
