"""Lexical match: sparse TF-IDF and BM25 over words or character n-grams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Tokens = Callable[[str], Sequence[str]]
Scores = NDArray[np.float32]
# Robertson's usual values; see Robertson and Zaragoza, "The Probabilistic Relevance Framework".
K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Terms of a collection and how much each tells; an unknown term tells the most."""

    columns: dict[str, int]
    idf: NDArray[np.float32]
    unknown: float

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> Vocabulary:
        counts = Counter(term for document in documents for term in set(document))
        terms = sorted(counts)
        size = len(documents)
        frequency = np.array([counts[term] for term in terms], dtype=np.float32)
        idf = np.log1p((size - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        return cls(
            {term: i for i, term in enumerate(terms)}, idf, float(np.log1p((size + 0.5) / 0.5))
        )

    def weight(self, term: str) -> float:
        column = self.columns.get(term)
        return self.unknown if column is None else float(self.idf[column])

    def total(self, terms: Sequence[str]) -> float:
        return sum(self.weight(term) for term in set(terms))

    def known_share(self, terms: Sequence[str]) -> float:
        """How much of what the terms tell the collection knows at all: 0..1."""
        total = self.total(terms)
        known = sum(float(self.idf[self.columns[t]]) for t in set(terms) if t in self.columns)
        return known / total if total else 0.0


class Cosines:
    """TF-IDF cosine between a query and each document, with sublinear term frequency."""

    def __init__(self, vocabulary: Vocabulary, matrix: csr_matrix, tokens: Tokens) -> None:
        self.vocabulary = vocabulary
        self.matrix = matrix
        self.tokens = tokens

    @classmethod
    def over(cls, texts: Sequence[str], tokens: Tokens) -> Cosines:
        documents = [list(tokens(text)) for text in texts]
        vocabulary = Vocabulary.of(documents)
        return cls(vocabulary, _unit_rows(documents, vocabulary), tokens)

    def scores(self, query: str) -> Scores:
        """Shape (documents,), each 0..1."""
        row = _unit_rows([list(self.tokens(query))], self.vocabulary)
        return _dense(self.matrix @ row.T)[:, 0]

    def scores_of_rows(self, rows: NDArray[np.intp]) -> Scores:
        """Cosine of these documents with each document: (rows, documents)."""
        return _dense(self.matrix[rows] @ self.matrix.T)


class Bm25:
    """BM25, as a share of the most that a document could get for the query: 0..1."""

    def __init__(self, vocabulary: Vocabulary, matrix: csr_matrix, tokens: Tokens) -> None:
        self.vocabulary = vocabulary
        self.matrix = matrix
        self.tokens = tokens

    @classmethod
    def over(cls, texts: Sequence[str], tokens: Tokens) -> Bm25:
        documents = [list(tokens(text)) for text in texts]
        vocabulary = Vocabulary.of(documents)
        return cls(vocabulary, _bm25_rows(documents, vocabulary), tokens)

    def scores(self, query: str) -> Scores:
        """Shape (documents,)."""
        terms = self.tokens(query)
        best = self.vocabulary.total(terms) * (K1 + 1)
        columns = [self.vocabulary.columns[t] for t in set(terms) if t in self.vocabulary.columns]
        chosen = np.zeros(self.matrix.shape[1], dtype=np.float32)
        chosen[columns] = 1.0
        found: Scores = self.matrix @ chosen
        return found / np.float32(best) if best else found


def _unit_rows(documents: Sequence[Sequence[str]], vocabulary: Vocabulary) -> csr_matrix:
    """Unknown terms lengthen a row: what the collection does not know takes from its cosine."""
    rows = []
    for document in documents:
        weights, length = {}, 0.0
        for term, count in Counter(document).items():
            weight = (1.0 + np.log(count)) * vocabulary.weight(term)
            length += weight * weight
            if term in vocabulary.columns:
                weights[vocabulary.columns[term]] = weight
        scale = 1.0 / np.sqrt(length) if length else 0.0
        rows.append({column: weight * scale for column, weight in weights.items()})
    return _sparse(rows, len(vocabulary.columns))


def _bm25_rows(documents: Sequence[Sequence[str]], vocabulary: Vocabulary) -> csr_matrix:
    average = max(1.0, sum(map(len, documents)) / max(1, len(documents)))
    rows = []
    for document in documents:
        norm = K1 * (1 - B + B * len(document) / average)
        rows.append(
            {
                vocabulary.columns[term]: vocabulary.weight(term) * n * (K1 + 1) / (n + norm)
                for term, n in Counter(document).items()
            }
        )
    return _sparse(rows, len(vocabulary.columns))


def _sparse(rows: Sequence[dict[int, float]], width: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.fromiter((c for row in rows for c in row), dtype=np.int32, count=int(ends[-1]))
    values = np.fromiter((v for row in rows for v in row.values()), np.float32, int(ends[-1]))
    return csr_matrix((values, columns, ends.astype(np.int32)), shape=(len(rows), width))


def _dense(matrix: csr_matrix) -> Scores:
    return np.asarray(matrix.todense(), dtype=np.float32)
