"""Lexical match: sparse TF-IDF and BM25 over words or character n-grams, as inverted lists."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Tokens = Callable[[str], Sequence[str]]
Scores = NDArray[np.float32]
Rows = NDArray[np.intp]
# Robertson's usual values; see Robertson and Zaragoza, "The Probabilistic Relevance Framework".
K1 = 1.2
B = 0.75
# A term that stands in more than one of so many documents is common; of all common ones together
# so many values are kept at most, 32 MB.
_COMMON = 16
_MOST_CELLS = 8_000_000


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

    def weight(self, term: str) -> float:
        column = self.columns.get(term)
        return self.unknown if column is None else float(self.idf[column])


@dataclass(frozen=True, slots=True)
class Query:
    """The terms of a question that the collection knows, their weights, and the weight of all."""

    columns: Rows
    weights: Scores
    total: float

    @property
    def scale(self) -> float:
        return 1.0 / self.total if self.total else 0.0


class Matcher:
    """Documents (rows) by their terms (columns)."""

    def __init__(self, vocabulary: Vocabulary, matrix: csr_matrix, tokens: Tokens) -> None:
        self.vocabulary = vocabulary
        self.matrix = matrix
        self.tokens = tokens

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

    def scores(self, query: Query) -> Scores:
        """Shape (documents,), each 0..1."""
        count = self.matrix.shape[0]
        if not len(query.columns):
            return np.zeros(count, dtype=np.float32)
        places, table = self.common
        weights = query.weights * np.float32(query.scale)
        own = places[query.columns]
        is_common = own >= 0
        found = self._of_rare(query.columns[~is_common], weights[~is_common])
        for place, weight in zip(own[is_common], weights[is_common], strict=True):
            found += weight * table[place]
        return found

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
        spans = [documents[starts[c] : starts[c + 1]] for c in self._known(list(terms))[1]]
        found = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int32)
        return np.bincount(found, minlength=self.matrix.shape[0]).astype(np.float64)

    def _known(self, terms: Sequence[str]) -> tuple[list[str], Rows]:
        known = [term for term in terms if term in self.vocabulary.columns]
        return known, np.array([self.vocabulary.columns[term] for term in known], dtype=np.intp)


class Cosines(Matcher):
    """TF-IDF cosine between a query and each document, with sublinear term frequency."""

    @classmethod
    def over(cls, texts: Sequence[str], tokens: Tokens) -> Cosines:
        terms, counts = _count(texts, tokens)
        vocabulary = Vocabulary.of(terms, counts)
        return cls(vocabulary, _unit_rows(counts, vocabulary.idf), tokens)

    def query(self, text: str) -> Query:
        """Unknown terms lengthen the query: what the collection does not know takes from it."""
        counts = Counter(self.tokens(text))
        known, columns = self._known(list(counts))
        weights = _tf_idf(counts, self.vocabulary)
        total = float(np.sqrt(sum(weight * weight for weight in weights.values())))
        return Query(columns, np.array([weights[t] for t in known], dtype=np.float32), total)

    def between(self, rows: Rows) -> Scores:
        """Cosines of these documents with each other: (rows, rows)."""
        starts, sizes = self.matrix.indptr[rows], np.diff(self.matrix.indptr)[rows]
        owners = np.repeat(np.arange(len(rows)), sizes)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        places = np.repeat(starts, sizes) + within
        columns, own = np.unique(self.matrix.indices[places], return_inverse=True)
        table = np.zeros((len(rows), len(columns)), dtype=np.float32)
        table[owners, own] = self.matrix.data[places]
        product: Scores = table @ table.T
        return product

    def known_share(self, text: str, hidden: NDArray[np.bool_] | None) -> float:
        """How much of what the text's words tell stands in the collection: 0..1; `hidden`
        (documents,) are those that do not count."""
        terms = set(self.tokens(text))
        total = sum(map(self.vocabulary.weight, terms))
        starts, documents, _ = self.postings
        known = 0.0
        for column in self._known(list(terms))[1]:
            own = documents[starts[column] : starts[column + 1]]
            if hidden is None or not hidden[own].all():
                known += float(self.vocabulary.idf[column])
        return known / total if total else 0.0


class Bm25(Matcher):
    """BM25, as a share of the most that a document could get for the query: 0..1."""

    @classmethod
    def over(cls, texts: Sequence[str], tokens: Tokens) -> Bm25:
        terms, counts = _count(texts, tokens)
        vocabulary = Vocabulary.of(terms, counts)
        return cls(vocabulary, _bm25_rows(counts, vocabulary.idf), tokens)

    def query(self, text: str) -> Query:
        terms = sorted(set(self.tokens(text)))
        columns = self._known(terms)[1]
        total = sum(map(self.vocabulary.weight, terms)) * (K1 + 1)
        return Query(columns, np.ones(len(columns), dtype=np.float32), total)


def _tf_idf(counts: Counter[str], vocabulary: Vocabulary) -> dict[str, float]:
    return {
        term: (1.0 + math.log(count)) * vocabulary.weight(term) for term, count in counts.items()
    }


def _count(texts: Sequence[str], tokens: Tokens) -> tuple[list[str], csr_matrix]:
    """All terms in order, and how often each (columns) stands in each text (rows)."""
    numbers: dict[str, int] = {}
    found, ends = array("i"), [0]
    for text in texts:
        found.extend(numbers.setdefault(term, len(numbers)) for term in tokens(text))
        ends.append(len(found))
    terms = sorted(numbers)
    place = np.empty(len(terms), dtype=np.int32)
    place[[numbers[term] for term in terms]] = np.arange(len(terms))
    columns = place[np.frombuffer(found, dtype=np.int32)] if found else np.zeros(0, np.int32)
    counts = csr_matrix(
        (np.ones(len(columns)), columns, np.array(ends, np.int64)), shape=(len(texts), len(terms))
    )
    counts.sum_duplicates()
    return terms, counts


def _unit_rows(counts: csr_matrix, idf: NDArray[np.float32]) -> csr_matrix:
    weights = (1.0 + np.log(counts.data)) * idf[counts.indices].astype(np.float64)
    rows = _rows_of(counts)
    lengths = np.sqrt(np.bincount(rows, weights=weights**2, minlength=counts.shape[0]))
    return _like(counts, weights / np.where(lengths > 0, lengths, 1.0)[rows])


def _bm25_rows(counts: csr_matrix, idf: NDArray[np.float32]) -> csr_matrix:
    rows, n = _rows_of(counts), counts.data
    lengths = np.bincount(rows, weights=n, minlength=counts.shape[0])
    average = max(1.0, float(lengths.sum()) / max(1, counts.shape[0]))
    norm = (K1 * (1 - B + B * lengths / average))[rows]
    return _like(counts, idf[counts.indices].astype(np.float64) * n * (K1 + 1) / (n + norm))


def _rows_of(matrix: csr_matrix) -> Rows:
    """The row of each stored value."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def _like(counts: csr_matrix, values: NDArray[np.float64]) -> csr_matrix:
    parts = values.astype(np.float32), counts.indices, counts.indptr
    return csr_matrix(parts, shape=counts.shape)
