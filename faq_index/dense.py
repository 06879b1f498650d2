"""Nearest phrasings by their vectors, in FAISS."""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from faq_index.encoder import Matrix, Vector

Rows = NDArray[np.intp]
# Of so many more than asked for the exact cosines are compared.
_SPARE = 16
# Above what rounding may change in a cosine: of 32 bits, and of the 16 that are searched, which
# keep eleven of a number's leading ones.
_ROUNDING = np.float32(1e-5)
_HALVED = np.float32(2.0**-11) + _ROUNDING
# Cosines of so many questions are held at once: 25 MB for 25,000 phrasings.
_BLOCK = 256
_STRIDE = 32


class DenseIndex:
    """Exact inner-product search over unit vectors: the cosine.

    FAISS goes through the vectors in half precision, since fetching them is what takes its time;
    of those that may be among the nearest the cosines are then computed whole.
    """

    def __init__(self, vectors: Matrix) -> None:
        self.vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        half, cosine = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        self._index = faiss.IndexScalarQuantizer(vectors.shape[1], half, cosine)
        if len(vectors):
            self._index.add(self.vectors)

    def at(self, rows: Rows, query: Vector) -> Vector:
        """The cosines of these rows (rows,); bit for bit the same whatever the others."""
        cosines: Vector = np.einsum("rd,d->r", self.vectors[rows], query)
        return cosines

    def nearest(self, queries: Matrix, count: int) -> list[tuple[Rows, float]]:
        """Of each query the rows with the highest cosines, those of a tie in their order, and what
        a cosine had to be for it: -1 when there are not more rows. The same for one query as for
        one of many."""
        if len(self.vectors) <= count:
            return [(np.arange(len(self.vectors)), -1.0)] * len(queries)
        if len(queries) == 1:
            return [self._best(self._of_one(queries, count), queries[0], count)]
        return [
            self._best(np.flatnonzero(row >= _least(row, count)), query, count)
            for start in range(0, len(queries), _BLOCK)
            for block in (queries[start : start + _BLOCK],)
            for row, query in zip(block @ self.vectors.T, block, strict=True)
        ]

    def _of_one(self, query: Matrix, count: int) -> Rows:
        """A product of one row would read the vectors more slowly than FAISS."""
        wanted = min(count + _SPARE, len(self.vectors))
        cosines, rows = self._index.search(query, wanted)
        if wanted < len(self.vectors) and cosines[0, -1] >= cosines[0, count - 1] - 2 * _HALVED:
            cosines = self.vectors @ query[0]
            return np.flatnonzero(cosines >= _least(cosines, count))
        return np.asarray(rows[0], dtype=np.intp)

    def _best(self, rows: Rows, query: Vector, count: int) -> tuple[Rows, float]:
        cosines = self.at(rows, query)
        order = np.lexsort((rows, -cosines))[:count]
        return rows[order], float(cosines[order[-1]])


def _least(cosines: Vector, count: int) -> np.float32:
    """What one of the `count` highest has at least."""
    whole = len(cosines) // _STRIDE * _STRIDE
    maxima = cosines[:whole].reshape(-1, _STRIDE).max(axis=1)
    if len(maxima) < count:
        maxima = cosines
    least: np.float32 = np.partition(maxima, -count)[-count] - _ROUNDING
    return least
