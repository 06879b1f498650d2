"""How well each entry fits a question, by several independent measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faq_index.analysis import Analyzer
from faq_index.blend import Blend
from faq_index.dense import DenseIndex
from faq_index.encoder import Matrix
from faq_index.lexical import Bm25, Cosines
from faq_index.text import plain

NAMES = ("dense", "passage", "words", "answer", "characters", "classifier")
Table = NDArray[np.float32]
Rows = NDArray[np.intp]
# How often the question's words count against those of its answer in the signal "answer".
_QUESTION_WEIGHT = 3


@dataclass(frozen=True, slots=True)
class Phrasings:
    """All phrasings of one language; those of one entry stand side by side."""

    texts: tuple[str, ...]
    owners: Rows
    answers: tuple[str, ...]

    @property
    def entries(self) -> int:
        return len(self.answers)

    def best_of_entry(self, scores: Table) -> Table:
        """(queries, phrasings) to (queries, entries)."""
        starts = np.flatnonzero(np.diff(self.owners, prepend=-1))
        best: Table = np.maximum.reduceat(scores, starts, axis=1)
        return best


@dataclass(frozen=True, slots=True)
class Vectors:
    """As the encoder gave them: a row for each phrasing, each question with its answer, and each
    of the phrasings that are misspelt to learn from."""

    phrasings: Matrix
    passages: Matrix
    misspelt: Matrix


@dataclass(frozen=True, slots=True)
class Similarities:
    """Queries against phrasings, each (queries, phrasings); `passage` (queries, entries)."""

    dense: Table
    passage: Table
    words: Table
    answer: Table
    characters: Table

    def without_own_row(self, rows: Rows) -> Similarities:
        """For queries that are phrasings themselves: as if each were not in the index."""
        own = (np.arange(len(rows)), rows)
        return Similarities(
            _masked(self.dense, own, -1.0),
            self.passage,
            _masked(self.words, own, 0.0),
            _masked(self.answer, own, 0.0),
            _masked(self.characters, own, 0.0),
        )


def _masked(scores: Table, where: tuple[Rows, Rows], value: float) -> Table:
    masked = scores.copy()
    masked[where] = value
    return masked


@dataclass(frozen=True, slots=True)
class Kernel:
    """The classifier's similarity: exp(sharpness (cosine - 1)) and lexical cosines, weighted."""

    dense: float
    words: float
    characters: float
    sharpness: float = 3.0
    penalty: float = 0.1

    def of(self, found: Similarities, rows: Rows) -> Table:
        """(queries, rows)."""
        near = np.exp(self.sharpness * (found.dense[:, rows] - 1.0))
        mixed: Table = (
            self.dense * near
            + self.words * found.words[:, rows]
            + self.characters * found.characters[:, rows]
        )
        return mixed.astype(np.float32)


class Matchers:
    """The searchable form of the phrasings of one language."""

    def __init__(
        self,
        phrasings: Phrasings,
        dense: DenseIndex,
        passages: DenseIndex,
        words: Cosines,
        answer: Bm25,
        characters: Cosines,
    ) -> None:
        self.phrasings = phrasings
        self.dense = dense
        self.passages = passages
        self.words = words
        self.answer = answer
        self.characters = characters

    @classmethod
    def over(cls, phrasings: Phrasings, vectors: Vectors, analyzer: Analyzer) -> Matchers:
        texts = phrasings.texts
        documents = [
            f"{text}\n" * _QUESTION_WEIGHT + plain(phrasings.answers[owner])
            for text, owner in zip(texts, phrasings.owners, strict=True)
        ]
        return cls(
            phrasings,
            DenseIndex(vectors.phrasings),
            DenseIndex(vectors.passages),
            Cosines.over(texts, analyzer.words),
            Bm25.over(documents, analyzer.words),
            Cosines.over(texts, analyzer.characters),
        )

    def with_vectors(self, vectors: Vectors, blend: Blend) -> Matchers:
        """The same texts, their vectors blended."""
        return Matchers(
            self.phrasings,
            DenseIndex(blend.apply(vectors.phrasings)),
            DenseIndex(blend.apply(vectors.passages)),
            self.words,
            self.answer,
            self.characters,
        )

    def among_phrasings(self, rows: Rows) -> Similarities:
        """The phrasings of these rows as queries."""
        texts: Sequence[str] = [self.phrasings.texts[row] for row in rows]
        return Similarities(
            self.dense.similarities(self.dense.vectors[rows]),
            self.passages.similarities(self.dense.vectors[rows]),
            self.words.scores_of_rows(rows),
            np.stack([self.answer.scores(text) for text in texts]),
            self.characters.scores_of_rows(rows),
        )

    def find(self, queries: Sequence[str], vectors: Matrix) -> Similarities:
        """Queries with their vectors, (queries, dim) and already blended."""
        return Similarities(
            self.dense.similarities(vectors),
            self.passages.similarities(vectors),
            np.stack([self.words.scores(query) for query in queries]),
            np.stack([self.answer.scores(query) for query in queries]),
            np.stack([self.characters.scores(query) for query in queries]),
        )

    def table(self, found: Similarities, classified: Table) -> Table:
        """(queries, entries, signals) in the order of NAMES."""
        best = self.phrasings.best_of_entry
        return np.stack(
            [
                best(found.dense),
                found.passage,
                best(found.words),
                best(found.answer),
                best(found.characters),
                classified,
            ],
            axis=2,
        )
