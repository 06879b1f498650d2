"""Late interaction: each word of a question finds its nearest one in all of an entry's phrasings.

As in ColBERT (Khattab and Zaharia, 2020), but an entry is one document: a question may take one
word from one phrasing and the next from another. Rare words of the FAQ weigh more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faq_index.encoder import Matrix, Tokens
from faq_index.kernels import nearest_tokens

Rows = NDArray[np.intp]
# Token vectors are turned into so many dimensions.
_DIMENSIONS = 128
_MOST_ROWS = 4000
_LARGEST = 32767
_AT_ONCE = 1024


class LateMatcher:
    """Tokens of all phrasings, in the phrasings' order; `starts` (phrasings + 1,) parts them.

    Vectors are kept as whole numbers of sixteen bits, (tokens, width), times `scales` (tokens,):
    fetching them is what takes the time, and what a question is told changes by next to nothing.
    """

    def __init__(
        self,
        starts: Rows,
        vectors: NDArray[np.int16],
        scales: NDArray[np.float32],
        rotation: Matrix,
        ids: Rows,
        idf: NDArray[np.float32],
        unknown: float,
    ) -> None:
        self.starts = starts
        self.vectors = vectors
        self.scales = scales
        self.rotation = rotation
        self.ids = ids
        self.idf = idf
        self.unknown = unknown

    @classmethod
    def over(cls, tokens: Sequence[Tokens], before: LateMatcher | None = None) -> LateMatcher:
        """`before` is another matcher, of which directions and what words tell are taken; without
        it the tokens' own are found."""
        starts = np.cumsum([0, *(len(each.ids) for each in tokens)]).astype(np.intp)
        if before is not None:
            rotation, ids, idf, unknown = before.rotation, before.ids, before.idf, before.unknown
        else:
            rotation, (ids, idf, unknown) = rotation_of(_joined(tokens)), _told(tokens)
        # Not at once: whole, the tokens of a large FAQ take more memory than all the rest.
        parts = [
            in_whole_numbers(_joined(tokens[first : first + _AT_ONCE]) @ rotation)
            for first in range(0, len(tokens), _AT_ONCE)
        ]
        vectors, scales = (np.concatenate(each) for each in zip(*parts, strict=True))
        return cls(starts, vectors, scales, rotation, ids, idf, unknown)

    def scores(
        self,
        asked: Tokens,
        spans: Sequence[tuple[int, int]],
        hidden: NDArray[np.bool_] | None,
    ) -> Matrix:
        """Shape (spans,), at most 1: how well each span of phrasings (first, behind the last)
        covers the words asked; `hidden` phrasings (phrasings,) do not count."""
        if not len(asked.ids):
            return np.zeros(len(spans), dtype=np.float32)
        edges = self.starts[np.array(spans, dtype=np.intp).reshape(-1, 2)]
        gone = np.zeros(0, bool) if hidden is None else np.repeat(hidden, np.diff(self.starts))
        turned = asked.vectors @ self.rotation
        best = nearest_tokens(self.vectors, self.scales, edges, gone, turned)
        # Not `@`: on some processors it warns of an invalid value where there is none.
        scores: Matrix = np.dot(best, self._weights(asked.ids))
        return scores

    def _weights(self, ids: Rows) -> NDArray[np.float32]:
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        known = self.ids[place] == ids
        weights = np.where(known, self.idf[place], self.unknown)
        shares: NDArray[np.float32] = (weights / weights.sum()).astype(np.float32)
        return shares


def _joined(tokens: Sequence[Tokens]) -> Matrix:
    return np.concatenate([each.vectors for each in tokens]).astype(np.float32, copy=False)


def in_whole_numbers(vectors: Matrix) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """Vectors (tokens, width) in sixteen bits, and what to multiply each with (tokens,)."""
    highest = np.abs(vectors).max(axis=1, initial=0.0)
    scales = np.maximum(highest, np.float32(1e-12)) / np.float32(_LARGEST)
    return np.rint(vectors / scales[:, None]).astype(np.int16), scales.astype(np.float32)


def rotation_of(vectors: Matrix) -> Matrix:
    """The directions in which tokens (tokens, width) differ most: (width, dimensions)."""
    step = -(-len(vectors) // _MOST_ROWS) or 1
    _, _, directions = np.linalg.svd(vectors[::step], full_matrices=False)
    return np.ascontiguousarray(directions[:_DIMENSIONS].T)


def _told(tokens: Sequence[Tokens]) -> tuple[Rows, NDArray[np.float32], float]:
    """The words there are, how much each tells, and how much an unknown one does."""
    seen = np.concatenate([np.unique(each.ids) for each in tokens])
    ids, counts = np.unique(seen, return_counts=True)
    size = len(tokens)
    idf = np.log((size + 1) / (counts + 0.5)).astype(np.float32)
    return ids, idf, float(np.log((size + 1) / 0.5))
