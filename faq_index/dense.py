"""Nearest phrasings by their vectors, in FAISS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from faq_index.encoder import Matrix, Vector
from faq_index.kernels import ROUNDING, keep_highest, nth_highest

Rows = NDArray[np.intp]
Bytes = NDArray[np.uint8]
# Of so many more than asked for the exact cosines are compared.
_SPARE = 16
# Above what rounding may change in a cosine of 16 bits, which keep eleven of a number's leading
# ones.
_HALVED = np.float32(2.0**-11) + ROUNDING
# Cosines of so many questions with so many rows are held at once: 2 MB, near the processor.
_BLOCK = 256
_TILE = 2048
# Above so many vectors not all are gone through for a question.
MOST_EXACT = 150_000
_HALF = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
# So many vectors for each list tell where its middle is.
_TELLING = 50
_ROUNDS = 8
# With two lists for each unit of the number's root, of a million vectors one in thirty is gone
# through.
_LISTS = 2.0
_PROBED = 64


class DenseIndex:
    """Inner-product search over unit vectors: the cosine.

    FAISS goes through the vectors in half precision, since fetching them is what takes its time;
    of those that may be among the nearest the cosines are then computed whole. So the search is
    exact, up to `MOST_EXACT` vectors. More are parted into lists of neighbours (an inverted file;
    Sivic and Zisserman, 2003), of which only the nearest are gone through.
    """

    def __init__(self, vectors: Matrix, lists: Lists | None = None) -> None:
        """`lists` are those of just these vectors, which are many."""
        self.vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self._lists = lists
        self._index = faiss.IndexScalarQuantizer(vectors.shape[1], *_HALF)
        if len(vectors) and lists is None:
            self._index.add(self.vectors)

    @classmethod
    def over(cls, vectors: Matrix, before: DenseIndex | None = None) -> DenseIndex:
        """Many vectors are parted as they were `before`, so that the same question goes through the
        same parts."""
        if len(vectors) <= MOST_EXACT:
            return cls(vectors)
        return cls(vectors, Lists.over(vectors, before._lists if before else None))

    @property
    def lists(self) -> Lists | None:
        """None where there are few vectors."""
        return self._lists

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
        if self._lists is not None:
            found = [(query, self._lists.nearest(query, count + _SPARE)) for query in queries]
            return [self._best(rows, query, count) for query, rows in found]
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


class Lists:
    """Many vectors in half precision, parted by the middle that each is nearest to."""

    def __init__(self, index: faiss.IndexIVFScalarQuantizer, data: Bytes | None = None) -> None:
        """`data` is what `index` stands in, which is not copied."""
        self._index = index
        self._data = data
        index.nprobe = min(_PROBED, index.nlist)

    @classmethod
    def over(cls, vectors: Matrix, before: Lists | None = None) -> Lists:
        """With the middles of `before`, else with those of some of the vectors."""
        width = vectors.shape[1]
        if before is not None:
            middles = faiss.clone_index(before._index.quantizer)
        else:
            middles = faiss.IndexFlatIP(width)
            middles.add(_middles(vectors))
        index = faiss.IndexIVFScalarQuantizer(middles, width, middles.ntotal, *_HALF, False)
        index.is_trained = True
        index.add(vectors)
        return cls(index)

    @classmethod
    def read(cls, data: Bytes) -> Lists:
        """From what `written` gave."""
        # Its stubs do not know the one, and think of the other that any index may come of it.
        reader = faiss.ZeroCopyIOReader(faiss.swig_ptr(data), data.nbytes)  # type: ignore[attr-defined]
        index: Any = faiss.read_index(reader, faiss.IO_FLAG_MMAP_IFC)
        return cls(index, data)

    def written(self) -> Bytes:
        data: Bytes = faiss.serialize_index(self._index)
        return data

    def nearest(self, query: Vector, count: int) -> Rows:
        """Nearly all of the `count` rows with the highest cosines, in any order. One query at a
        time, so that it finds the same beside others."""
        rows = self._index.search(query[None, :], count)[1][0]
        return np.asarray(rows[rows >= 0], dtype=np.intp)


def _middles(vectors: Matrix) -> Matrix:
    """Of neighbourhoods, by k-means over some of the vectors: (lists, dim), of length 1."""
    count = int(_LISTS * len(vectors) ** 0.5)
    some = np.ascontiguousarray(vectors[:: max(1, len(vectors) // (count * _TELLING))])
    # Seeded, so the same vectors are parted alike.
    means = faiss.Kmeans(
        vectors.shape[1], count, niter=_ROUNDS, spherical=True, min_points_per_centroid=1
    )
    means.train(some)
    middles: Matrix = np.asarray(means.centroids)
    return middles


def _nearly_best(cosines: Vector, count: int) -> Rows:
    """Rows in their order, among them those of the `count` highest."""
    return np.flatnonzero(cosines >= nth_highest(cosines, count) - ROUNDING)
