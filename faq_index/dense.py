"""Nearest phrasings by their vectors, in FAISS."""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from faq_index.encoder import Matrix

# Above this many phrasings only the nearest are compared one by one; the others count as far.
MAX_NEIGHBOURS = 4096


class DenseIndex:
    """Exact inner-product search over unit vectors: the cosine."""

    def __init__(self, vectors: Matrix) -> None:
        self.vectors = vectors
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        if len(vectors):
            self._index.add(vectors)

    def similarities(self, queries: Matrix) -> NDArray[np.float32]:
        """Cosine of each query with each phrasing: (queries, phrasings)."""
        count = len(self.vectors)
        neighbours = min(count, MAX_NEIGHBOURS)
        if not neighbours or not len(queries):
            return np.zeros((len(queries), count), dtype=np.float32)
        found, rows = self._index.search(np.ascontiguousarray(queries, np.float32), neighbours)
        cosines = np.repeat(found[:, -1:], count, axis=1)
        np.put_along_axis(cosines, rows, found, axis=1)
        return np.clip(cosines, -1.0, 1.0).astype(np.float32)
