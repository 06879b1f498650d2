"""Documents by the terms they share with a question, as inverted lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from faq_index.kernels import added_up, highest, reaching, weighed

Tokens = Callable[[str], Sequence[str]]
Scores = NDArray[np.float32]
Rows = NDArray[np.intp]
# A term that stands in more than one of so many documents is common.
_COMMON = 8


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Terms of a collection and how much each tells; an unknown term tells the most."""

    columns: dict[str, int]
    idf: NDArray[np.float32]
    unknown: float

    @classmethod
    def of(cls, terms: Sequence[str], counts: csr_matrix) -> Vocabulary:
        """From each document's (rows) number of each term (columns)."""
        size = counts.shape[0]
        frequency = np.bincount(counts.indices, minlength=len(terms)).astype(np.float32)
        idf = np.log1p((size - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        columns = {term: i for i, term in enumerate(terms)}
        return cls(columns, idf, float(np.log1p((size + 0.5) / 0.5)))

    def weigh(self, terms: Iterable[str]) -> tuple[Rows, NDArray[np.float64]]:
        """Of each term its column, -1 if it is unknown, and how much it tells."""
        columns = np.fromiter(map(self.columns.get, terms, repeat(-1)), dtype=np.intp)
        weights = np.full(len(columns), self.unknown)
        is_known = columns >= 0
        weights[is_known] = self.idf[columns[is_known]]
        return columns, weights

    def weigh_all(self, texts: Sequence[Sequence[str]]) -> Told:
        """The same of the terms of many texts, which is sooner done than of one after the other."""
        terms = [term for own in texts for term in own]
        known, strange = self.columns, dict[str, int]()
        found = np.fromiter(map(known.get, terms, repeat(-1)), np.int64, len(terms))
        for place in np.flatnonzero(found < 0).tolist():
            # They stand behind the known ones.
            found[place] = strange.setdefault(terms[place], len(known) + len(strange))
        width = max(1, len(known) + len(strange))
        texts_of = np.repeat(np.arange(len(texts)), [len(own) for own in texts])
        places, counts = np.unique(texts_of * width + found, return_counts=True)
        columns = places % width
        weights = np.full(width, self.unknown)
        weights[: len(known)] = self.idf
        is_known = columns < len(known)
        return Told(
            places // width, np.where(is_known, columns, -1), counts, weights[columns], len(texts)
        )


@dataclass(frozen=True, slots=True)
class Told:
    """The terms of `size` texts, each once a text: the text it stands in, its column, -1 if it is
    unknown, how often it stands there, and how much it tells."""

    texts: Rows
    columns: Rows
    counts: NDArray[np.intp]
    weights: NDArray[np.float64]
    size: int

    def total(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of a value for each term the sum over each text: (size,)."""
        return np.bincount(self.texts, values, self.size).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Query:
    """The terms of a question that the collection knows, their weights, and the weight of all."""

    columns: Rows
    weights: Scores
    total: float

    @property
    def scaled(self) -> Scores:
        """The weights as shares of the total: (columns,)."""
        scaled: Scores = self.weights * np.float32(1.0 / self.total if self.total else 0.0)
        return scaled


class Ready(NamedTuple):
    """A matcher's postings and bounds."""

    starts: Rows
    documents: NDArray[np.int32]
    values: Scores
    peaks: Scores
    lengths: Scores


class Matcher(ABC):
    """Documents (rows) by their terms (columns)."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        matrix: csr_matrix,
        tokens: Tokens,
        ready: Ready | None = None,
    ) -> None:
        """`ready` is what an earlier one of the same matrix has made of it."""
        self.vocabulary = vocabulary
        self.matrix = matrix
        self.tokens = tokens
        self._ready = ready
        # Where each document's terms begin, these terms, and the values: compiled loops go
        # through them.
        self.cells = (
            matrix.indptr.astype(np.intp, copy=False),
            matrix.indices.astype(np.int32, copy=False),
            matrix.data.astype(np.float32, copy=False),
        )

    @property
    def ready(self) -> Ready:
        """What searching needs, made of the matrix."""
        return Ready(*self.postings, *self.bounds)

    @cached_property
    def postings(self) -> tuple[Rows, NDArray[np.int32], Scores]:
        """Where each term's documents begin, all those documents, and the values in them."""
        if self._ready:
            return self._ready[:3]
        by_term = self.matrix.tocsc()
        by_term.sort_indices()
        return by_term.indptr.astype(np.intp, copy=False), by_term.indices, by_term.data

    @cached_property
    def _common(self) -> NDArray[np.bool_]:
        """Terms whose lists are long: (terms,)."""
        is_common: NDArray[np.bool_] = np.diff(self.postings[0]) * _COMMON > self.matrix.shape[0]
        return is_common

    @cached_property
    def bounds(self) -> tuple[Scores, Scores]:
        """The highest value of each term, and how much of each document its common terms make up:
        the length (documents,) of that part of it."""
        if self._ready:
            return self._ready[3:]
        starts, _, values = self.postings
        begins, columns, own = self.cells
        peaks = per_span(np.maximum, values, starts[:-1], np.diff(starts))
        shares = np.where(self._common[columns], own, np.float32(0.0))
        return peaks, np.sqrt(per_span(np.add, shares**2, begins[:-1], np.diff(begins)))

    def candidates(self, query: Query, count: int) -> Rows:
        """Documents in their order, among them the `count` that score highest above 0.

        What common terms can add is bounded (as in MaxScore; Turtle and Flood, 1995), so that most
        documents are out of the race without going through the long lists.
        """
        size = self.matrix.shape[0]
        if not len(query.columns) or not size:
            return np.zeros(0, dtype=np.intp)
        is_common, weights = self._common[query.columns], query.scaled
        rare, common = query.columns[~is_common], query.columns[is_common]
        starts, peaks, lengths = self.postings[0], *self.bounds
        weights_of_common = weights[is_common]
        norm, most = np.linalg.norm(weights_of_common), weights_of_common @ peaks[common]
        scores = np.zeros(size, dtype=np.float32)
        added_up(*self.postings, rare, weights[~is_common], scores)
        found = reaching(scores, lengths, float(norm), float(most), count)
        cells = len(found) * len(self.cells[1]) // size
        if cells > int((starts[common + 1] - starts[common]).sum()):
            added_up(*self.postings, common, weights_of_common, scores)
            found = reaching(scores, lengths, 0.0, 0.0, count)
        return found

    def best(self, query: Query, count: int) -> tuple[Rows, float]:
        """The documents that score highest, above 0, of a tie the first; and what a score had to be
        for it."""
        found = self.candidates(query, count)
        scores = self.at(found, query)
        places = highest(scores, count)
        return found[places], float(scores[places[-1]]) if len(places) == count else 0.0

    def at(self, documents: Rows, query: Query) -> Scores:
        """The scores of these documents, each 0..1; bit for bit the same whatever the others."""
        weights = np.zeros(self.matrix.shape[1], dtype=np.float32)
        weights[query.columns] = query.scaled
        return weighed(*self.cells, weights, documents)

    @abstractmethod
    def scaled(self, told: Told) -> NDArray[np.float64]:
        """What each term of these texts counts in a score, as `Query.scaled`."""

    def highest(self, texts: Sequence[Sequence[str]], documents: Rows) -> Scores:
        """Of texts, by their terms, the highest score of any of these documents: (texts,), at least
        0. Equal to `at` but for rounding."""
        told = self.vocabulary.weigh_all(texts)
        is_known = told.columns >= 0
        places = told.texts[is_known], told.columns[is_known]
        shape = len(texts), self.matrix.shape[1]
        asked = csr_matrix((self.scaled(told)[is_known], places), shape=shape)
        scores: NDArray[np.float64] = (asked @ self.matrix[documents].T).toarray()
        highest: Scores = scores.max(axis=1, initial=0.0).astype(np.float32)
        return highest

    def shared(self, terms: Iterable[str]) -> NDArray[np.float64]:
        """How many of the terms each document has: (documents,)."""
        starts, documents, _ = self.postings
        columns = self.vocabulary.weigh(terms)[0]
        spans = [documents[starts[c] : starts[c + 1]] for c in columns[columns >= 0]]
        found = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int32)
        return np.bincount(found, minlength=self.matrix.shape[0]).astype(np.float64)


def per_span(reduce: np.ufunc, values: Scores, begins: Rows, sizes: Rows) -> Scores:
    """Of each span of the values (spans,); 0 of an empty one."""
    found, is_told = np.zeros(len(sizes), dtype=np.float32), sizes > 0
    if len(values):
        found[is_told] = reduce.reduceat(values, begins[is_told])
    return found
