"""Lexical match: sparse TF-IDF and BM25 over words or character n-grams."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from faq_index.kernels import side_by_side
from faq_index.matcher import Matcher, Query, Ready, Rows, Scores, Tokens, Told, Vocabulary

# Robertson's usual values; see Robertson and Zaragoza, "The Probabilistic Relevance Framework".
K1 = 1.2
B = 0.75
_FIRST = 64


class Cosines(Matcher):
    """TF-IDF cosine between a query and each document, with sublinear term frequency."""

    @classmethod
    def over(cls, texts: Sequence[str], tokens: Tokens) -> Cosines:
        terms, counts = _count(texts, tokens)
        vocabulary = Vocabulary.of(terms, counts)
        return cls(vocabulary, _unit_rows(counts, vocabulary.idf), tokens)

    def grown(self, kept: Rows, new: Sequence[str]) -> Cosines:
        """With `kept` (documents,), the documents by their places in this one, -1 for the next of
        the `new` ones. How much terms tell stays as it was learned."""
        vocabulary, counts = _counted_more(self.vocabulary, new, self.tokens)
        rows = _unit_rows(counts, vocabulary.idf)
        return Cosines(vocabulary, _joined(self.matrix, rows, kept), self.tokens)

    def query(self, terms: Sequence[str]) -> Query:
        """Unknown terms lengthen the query: what the collection does not know takes from it."""
        counts = Counter(terms)
        numbers = np.array([*counts.values()], dtype=np.float64)
        columns, idf = self.vocabulary.weigh(counts)
        is_known, weights = columns >= 0, (1.0 + np.log(numbers)) * idf
        total = float(np.sqrt((weights**2).sum()))
        return Query(columns[is_known], weights[is_known].astype(np.float32), total)

    def scaled(self, told: Told) -> NDArray[np.float64]:
        weights = (1.0 + np.log(told.counts)) * told.weights
        lengths = np.sqrt(told.total(weights**2))
        return weights / lengths[told.texts]

    def between(self, rows: Rows) -> Scores:
        """Cosines of these documents with each other: (rows, rows)."""
        begins, columns, values = self.cells
        # A term of a single one of them says nothing of two.
        table = side_by_side(begins, columns, values, rows, self.matrix.shape[1])
        product: Scores = table @ table.T
        # The terms left out count for a document with itself, whose length is 1.
        np.fill_diagonal(product, begins[rows + 1] > begins[rows])
        return product

    def known_share(self, words: Sequence[str], hidden: NDArray[np.bool_] | None) -> float:
        """How much of what the words of a text tell stands in the collection: 0..1; `hidden`
        (documents,) are those that do not count."""
        columns, idf = self.vocabulary.weigh(dict.fromkeys(words))
        is_known = columns >= 0
        starts, documents, _ = self.postings
        for place in np.flatnonzero(is_known):
            own = documents[starts[columns[place]] : starts[columns[place] + 1]]
            is_known[place] = len(own) > 0 if hidden is None else _any_seen(own, hidden)
        total = float(idf.sum())
        return float(idf[is_known].sum()) / total if total else 0.0

    def known_shares(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """`known_share` of many texts, by their words: (texts,)."""
        told = self.vocabulary.weigh_all(texts)
        is_there = np.append(np.diff(self.postings[0]) > 0, False)  # the last one for -1
        known = told.total(np.where(is_there[told.columns], told.weights, 0.0))
        total = told.total(told.weights)
        return known / np.where(total > 0, total, 1.0)


class Bm25(Matcher):
    """BM25, as a share of the most that a document could get for the query: 0..1.

    `average` is the number of terms of a document.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        matrix: csr_matrix,
        tokens: Tokens,
        average: float,
        ready: Ready | None = None,
    ) -> None:
        super().__init__(vocabulary, matrix, tokens, ready)
        self.average = average

    @classmethod
    def over(cls, texts: Sequence[str], tokens: Tokens) -> Bm25:
        terms, counts = _count(texts, tokens)
        vocabulary = Vocabulary.of(terms, counts)
        average = max(1.0, float(counts.sum()) / max(1, counts.shape[0]))
        return cls(vocabulary, _bm25_rows(counts, vocabulary.idf, average), tokens, average)

    def grown(self, kept: Rows, new: Sequence[str]) -> Bm25:
        """As `Cosines.grown`."""
        vocabulary, counts = _counted_more(self.vocabulary, new, self.tokens)
        rows = _bm25_rows(counts, vocabulary.idf, self.average)
        return Bm25(vocabulary, _joined(self.matrix, rows, kept), self.tokens, self.average)

    def query(self, terms: Sequence[str]) -> Query:
        columns, idf = self.vocabulary.weigh(dict.fromkeys(terms))
        own = columns[columns >= 0]
        return Query(own, np.ones(len(own), dtype=np.float32), float(idf.sum()) * (K1 + 1))

    def scaled(self, told: Told) -> NDArray[np.float64]:
        return 1.0 / (told.total(told.weights) * (K1 + 1))[told.texts]


def _any_seen(documents: NDArray[np.int32], hidden: NDArray[np.bool_]) -> bool:
    """Is any of them not hidden? Mostly one of the first."""
    return not hidden[documents[:_FIRST]].all() or not hidden[documents[_FIRST:]].all()


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


def _counted_more(
    vocabulary: Vocabulary, texts: Sequence[str], tokens: Tokens
) -> tuple[Vocabulary, csr_matrix]:
    """The vocabulary with the texts' new terms behind its own, each telling as much as an unknown
    one, and the counts of the texts in it."""
    terms, counts = _count(texts, tokens)
    columns = dict(vocabulary.columns)
    for term in terms:
        columns.setdefault(term, len(columns))
    idf = np.full(len(columns), vocabulary.unknown, dtype=np.float32)
    idf[: len(vocabulary.idf)] = vocabulary.idf
    places = np.array([columns[term] for term in terms], dtype=np.int32)
    parts = counts.data, places[counts.indices], counts.indptr
    moved = csr_matrix(parts, shape=(len(texts), len(columns)))
    moved.sort_indices()
    return Vocabulary(columns, idf, vocabulary.unknown), moved


def _joined(old: csr_matrix, new: csr_matrix, kept: Rows) -> csr_matrix:
    wide = csr_matrix((old.data, old.indices, old.indptr), shape=(old.shape[0], new.shape[1]))
    places = kept.copy()
    places[kept < 0] = old.shape[0] + np.arange(int((kept < 0).sum()))
    return vstack([wide, new], format="csr")[places]


def _unit_rows(counts: csr_matrix, idf: NDArray[np.float32]) -> csr_matrix:
    weights = (1.0 + np.log(counts.data)) * idf[counts.indices].astype(np.float64)
    rows = _rows_of(counts)
    lengths = np.sqrt(np.bincount(rows, weights=weights**2, minlength=counts.shape[0]))
    return _like(counts, weights / np.where(lengths > 0, lengths, 1.0)[rows])


def _bm25_rows(counts: csr_matrix, idf: NDArray[np.float32], average: float) -> csr_matrix:
    rows, n = _rows_of(counts), counts.data
    lengths = np.bincount(rows, weights=n, minlength=counts.shape[0])
    norm = (K1 * (1 - B + B * lengths / average))[rows]
    return _like(counts, idf[counts.indices].astype(np.float64) * n * (K1 + 1) / (n + norm))


def _rows_of(matrix: csr_matrix) -> Rows:
    """The row of each stored value."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def _like(counts: csr_matrix, values: NDArray[np.float64]) -> csr_matrix:
    parts = values.astype(np.float32), counts.indices, counts.indptr
    return csr_matrix(parts, shape=counts.shape)
