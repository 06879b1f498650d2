"""Documents by the terms they share with a question, as inverted lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Tokens = Callable[[str], Sequence[str]]
Scores = NDArray[np.float32]
Rows = NDArray[np.intp]
# A term that stands in more than one of so many documents is common; of all common ones together
# so many values are kept at most, 32 MB.
_COMMON = 8
_MOST_CELLS = 8_000_000
# Above what rounding may change in a score.
_ROUNDING = np.float32(1e-5)
# Values that lie side by side are read so many times as fast as scattered ones.
_STREAMED = 4
_BLOCK = 32


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
        columns = np.array([self.columns.get(term, -1) for term in terms], dtype=np.intp)
        weights = np.full(len(columns), self.unknown)
        is_known = columns >= 0
        weights[is_known] = self.idf[columns[is_known]]
        return columns, weights

    def weigh_all(self, texts: Sequence[Sequence[str]]) -> Told:
        """The same of the terms of many texts, which is sooner done than of one after the other."""
        terms = [term for own in texts for term in own]
        known, strange = self.columns, dict[str, int]()
        found = np.array([*map(known.get, terms, repeat(-1))], dtype=np.int64)
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


class Matcher(ABC):
    """Documents (rows) by their terms (columns)."""

    def __init__(self, vocabulary: Vocabulary, matrix: csr_matrix, tokens: Tokens) -> None:
        self.vocabulary = vocabulary
        self.matrix = matrix
        self.tokens = tokens
        self._begins = matrix.indptr[:-1].astype(np.intp)
        self._sizes = np.diff(matrix.indptr).astype(np.intp)

    @cached_property
    def postings(self) -> tuple[Rows, NDArray[np.int32], Scores]:
        """Where each term's documents begin, all those documents, and the values in them."""
        by_term = self.matrix.tocsc()
        by_term.sort_indices()
        return by_term.indptr.astype(np.intp), by_term.indices, by_term.data

    @cached_property
    def common(self) -> tuple[NDArray[np.int32], Scores]:
        """Terms that stand in so many documents that adding all documents' values is quicker than
        going through a list: where each term's values stand, -1 for the others, and the values
        (common terms, documents)."""
        starts, documents, values = self.postings
        count = self.matrix.shape[0]
        sizes = np.diff(starts)
        often = np.flatnonzero(sizes * _COMMON > count)
        often = often[np.argsort(-sizes[often], kind="stable")][: _MOST_CELLS // max(1, count)]
        places = np.full(len(sizes), -1, dtype=np.int32)
        places[often] = np.arange(len(often))
        table = np.zeros((len(often), count), dtype=np.float32)
        for row, column in enumerate(often):
            span = slice(starts[column], starts[column + 1])
            table[row, documents[span]] = values[span]
        return places, table

    @cached_property
    def bounds(self) -> tuple[Scores, Scores]:
        """The highest value of each term, and how much of each document its common terms make up:
        the length (documents,) of that part of it."""
        starts, _, values = self.postings
        peaks = per_span(np.maximum, values, starts[:-1], np.diff(starts))
        shares = np.where(self.common[0][self.matrix.indices] >= 0, self.matrix.data, 0.0)
        lengths = np.sqrt(per_span(np.add, shares**2, self._begins, self._sizes))
        return peaks, lengths.astype(np.float32)

    def candidates(self, query: Query, count: int) -> Rows:
        """Documents in their order, among them the `count` that score highest above 0.

        What common terms can add is bounded (as in MaxScore; Turtle and Flood, 1995), so that most
        documents are out of the race without looking at them.
        """
        size = self.matrix.shape[0]
        if not len(query.columns) or not size:
            return np.zeros(0, dtype=np.intp)
        places, table = self.common
        peaks, lengths = self.bounds
        weights, own = query.scaled, places[query.columns]
        is_common = own >= 0
        common = weights[is_common]
        scores = self._of_rare(query.columns[~is_common], weights[~is_common])
        most = np.minimum(
            lengths * np.linalg.norm(common), common @ peaks[query.columns[is_common]]
        )
        found = np.flatnonzero(scores + most >= _least(scores, count))
        if len(common) and len(found) * _STREAMED > size:
            for place, weight in zip(own[is_common], common, strict=True):
                scores += weight * table[place]
            return np.flatnonzero(scores >= _least(scores, count))
        scores = scores[found] + common @ table[own[is_common][:, None], found]
        return found[scores >= _least(scores, count)]

    def best(self, query: Query, count: int) -> tuple[Rows, float]:
        """The documents that score highest, above 0, of a tie the first; and what a score had to be
        for it."""
        found = self.candidates(query, count)
        scores = self.at(found, query)
        places = top(scores, count)
        return found[places], float(scores[places[-1]]) if len(places) == count else 0.0

    def at(self, documents: Rows, query: Query) -> Scores:
        """The scores of these documents, each 0..1; bit for bit the same whatever the others."""
        weights = np.zeros(self.matrix.shape[1], dtype=np.float32)
        weights[query.columns] = query.scaled
        columns, values, begins, sizes = self.cells(documents)
        return per_span(np.add, values * weights[columns], begins, sizes)

    def cells(self, documents: Rows) -> tuple[Rows, Scores, Rows, Rows]:
        """Terms and values of these documents one after the other; where each begins, and sizes."""
        sizes = self._sizes[documents]
        begins = np.cumsum(sizes) - sizes
        places = np.repeat(self._begins[documents] - begins, sizes)
        places += np.arange(len(places))
        return self.matrix.indices[places], self.matrix.data[places], begins, sizes

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

    def _of_rare(self, columns: Rows, weights: Scores) -> Scores:
        starts, documents, values = self.postings
        count = self.matrix.shape[0]
        if not len(columns):
            return np.zeros(count, dtype=np.float32)
        spans = [slice(starts[column], starts[column + 1]) for column in columns]
        sizes = starts[columns + 1] - starts[columns]
        found = np.concatenate([documents[span] for span in spans])
        worth = np.concatenate([values[span] for span in spans]) * np.repeat(weights, sizes)
        return np.bincount(found, weights=worth, minlength=count).astype(np.float32)

    def shared(self, terms: Iterable[str]) -> NDArray[np.float64]:
        """How many of the terms each document has: (documents,)."""
        starts, documents, _ = self.postings
        columns = self.vocabulary.weigh(terms)[0]
        spans = [documents[starts[c] : starts[c + 1]] for c in columns[columns >= 0]]
        found = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int32)
        return np.bincount(found, minlength=self.matrix.shape[0]).astype(np.float64)


def top(scores: Scores, count: int) -> Rows:
    """Places of the highest scores above 0, best first; of a tie the first."""
    places = np.argsort(-scores, kind="stable")[:count]
    return places[scores[places] > 0]


def _least(scores: Scores, count: int) -> np.float32:
    """What one of the `count` highest scores has at least; more than 0."""
    if len(scores) <= count:
        return _ROUNDING
    if len(scores) > _BLOCK * count:
        # The highest of each block tell nearly as much and are found sooner.
        scores = scores[: len(scores) // _BLOCK * _BLOCK].reshape(-1, _BLOCK).max(axis=1)
    return max(np.partition(scores, -count)[-count] - _ROUNDING, _ROUNDING)


def per_span(reduce: np.ufunc, values: Scores, begins: Rows, sizes: Rows) -> Scores:
    """Of each span of the values (spans,); 0 of an empty one."""
    found, is_told = np.zeros(len(sizes), dtype=np.float32), sizes > 0
    if len(values):
        found[is_told] = reduce.reduceat(values, begins[is_told])
    return found
