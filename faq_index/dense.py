"""Nearest phrasings by their vectors, in FAISS."""

from __future__ import annotations

from collections.abc import Iterator

import faiss
import numpy as np
from numpy.typing import NDArray

from faq_index.encoder import Matrix, Vector
from faq_index.kernels import ROUNDING, keep_highest, nth_highest

Rows = NDArray[np.intp]
# Of so many more than asked for the exact cosines are compared.
_SPARE = 16
# Above what rounding may change in a cosine of 16 bits, which keep eleven of a number's leading
# ones.
_HALVED = np.float32(2.0**-11) + ROUNDING
# Cosines of so many questions with so many rows are held at once: 2 MB, near the processor.
_BLOCK = 256
_TILE = 2048


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
            each
            for start in range(0, len(queries), _BLOCK)
            for each in self._of_many(queries[start : start + _BLOCK], count)
        ]

    def _of_many(self, queries: Matrix, count: int) -> Iterator[tuple[Rows, float]]:
        wanted = min(count + _SPARE, len(self.vectors))
        cosines = np.full((len(queries), wanted), -np.inf, dtype=np.float32)
        rows = np.zeros((len(queries), wanted), dtype=np.intp)
        for first in range(0, len(self.vectors), _TILE):
            tile = queries @ self.vectors[first : first + _TILE].T
            keep_highest(tile, first, cosines, rows)
        is_sure = cosines[:, -1] < cosines[:, count - 1] - 2 * ROUNDING
        for query, own, sure in zip(queries, rows, is_sure.tolist(), strict=True):
            if not sure and wanted < len(self.vectors):
                own = _nearly_best(self.vectors @ query, count)
            yield self._best(own, query, count)

    def _of_one(self, query: Matrix, count: int) -> Rows:
        """A product of one row would read the vectors more slowly than FAISS."""
        wanted = min(count + _SPARE, len(self.vectors))
        cosines, rows = self._index.search(query, wanted)
        if wanted < len(self.vectors) and cosines[0, -1] >= cosines[0, count - 1] - 2 * _HALVED:
            return _nearly_best(self.vectors @ query[0], count)
        return np.asarray(rows[0], dtype=np.intp)

    def _best(self, rows: Rows, query: Vector, count: int) -> tuple[Rows, float]:
        cosines = self.at(rows, query)
        order = np.lexsort((rows, -cosines))[:count]
        return rows[order], float(cosines[order[-1]])


def _nearly_best(cosines: Vector, count: int) -> Rows:
    """Rows in their order, among them those of the `count` highest."""
    return np.flatnonzero(cosines >= nth_highest(cosines, count) - ROUNDING)
