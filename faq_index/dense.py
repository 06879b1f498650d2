"""Nearest phrasings by their vectors, in FAISS."""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from faq_index.encoder import Matrix, Vector

Rows = NDArray[np.intp]


class DenseIndex:
    """Exact inner-product search over unit vectors: the cosine."""

    def __init__(self, vectors: Matrix) -> None:
        self.vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        if len(vectors):
            self._index.add(self.vectors)

    def nearest(self, query: Vector, count: int) -> Rows:
        """The rows with the highest cosines, best first; fewer when there are not as many."""
        count = min(count, len(self.vectors))
        if not count:
            return np.zeros(0, dtype=np.intp)
        return np.asarray(self._index.search(query[None, :], count)[1][0], dtype=np.intp)
