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
    def over(cls, tokens: Sequence[Tokens]) -> LateMatcher:
        """Directions and what words tell are found from the tokens."""
        starts = _starts(tokens)
        rotation, (ids, idf, unknown) = rotation_of(_some(tokens, starts)), _told(tokens)
        return cls(starts, *_turned(tokens, starts, rotation), rotation, ids, idf, unknown)

    def grown(self, tokens: Sequence[Tokens], kept: Rows) -> LateMatcher:
        """Of other phrasings: those `kept` (phrasings,) stand there in this one and stay as they
        are. Directions and what words tell are not learned anew."""
        starts = _starts(tokens)
        vectors = np.empty((starts[-1], self.vectors.shape[1]), dtype=np.int16)
        scales = np.empty(starts[-1], dtype=np.float32)
        sizes = np.diff(starts)
        is_old = np.repeat(kept >= 0, sizes)
        own = np.repeat(self.starts[kept] - starts[:-1], sizes) + np.arange(starts[-1])
        vectors[is_old], scales[is_old] = self.vectors[own[is_old]], self.scales[own[is_old]]
        new = [tokens[row] for row in np.flatnonzero(kept < 0).tolist()]
        vectors[~is_old], scales[~is_old] = _turned(new, _starts(new), self.rotation)
        told = self.rotation, self.ids, self.idf, self.unknown
        return LateMatcher(starts, vectors, scales, *told)

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
        edges = np.array(spans, dtype=np.intp).reshape(-1, 2)
        gone = np.zeros(0, dtype=bool) if hidden is None else hidden
        turned = asked.vectors @ self.rotation
        best = nearest_tokens(self.vectors, self.scales, self.starts, edges, gone, turned)
        # Not `@`: on some processors it warns of an invalid value where there is none.
        scores: Matrix = np.dot(best, self._weights(asked.ids))
        return scores

    def _weights(self, ids: Rows) -> NDArray[np.float32]:
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        known = self.ids[place] == ids
        weights = np.where(known, self.idf[place], self.unknown)
        shares: NDArray[np.float32] = (weights / weights.sum()).astype(np.float32)
        return shares


def _starts(tokens: Sequence[Tokens]) -> Rows:
    return np.cumsum([0, *(len(each.ids) for each in tokens)]).astype(np.intp)


def _turned(
    tokens: Sequence[Tokens], starts: Rows, rotation: Matrix
) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """All tokens in whole numbers, in the directions of the rotation."""
    vectors = np.empty((starts[-1], rotation.shape[1]), dtype=np.int16)
    scales = np.empty(starts[-1], dtype=np.float32)
    # Not at once: whole, the tokens of a large FAQ take more memory than all the rest.
    for first in range(0, len(tokens), _AT_ONCE):
        own = tokens[first : first + _AT_ONCE]
        place = slice(starts[first], starts[first + len(own)])
        vectors[place], scales[place] = in_whole_numbers(_joined(own) @ rotation)
    return vectors, scales


def _joined(tokens: Sequence[Tokens]) -> Matrix:
    return np.concatenate([each.vectors for each in tokens]).astype(np.float32, copy=False)


def _some(tokens: Sequence[Tokens], starts: Rows) -> Matrix:
    """Of all tokens side by side so many that `rotation_of` would take no fewer: (some, width)."""
    step = _step(int(starts[-1]))
    rows = np.arange(0, starts[-1], step)
    texts = np.searchsorted(starts, rows, side="right") - 1
    places = rows - starts[texts]
    vectors = [tokens[t].vectors[p] for t, p in zip(texts.tolist(), places.tolist(), strict=True)]
    return np.stack(vectors).astype(np.float32, copy=False)


def in_whole_numbers(vectors: Matrix) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """Vectors (tokens, width) in sixteen bits, and what to multiply each with (tokens,)."""
    highest = np.abs(vectors).max(axis=1, initial=0.0)
    scales = np.maximum(highest, np.float32(1e-12)) / np.float32(_LARGEST)
    return np.rint(vectors / scales[:, None]).astype(np.int16), scales.astype(np.float32)


def rotation_of(vectors: Matrix) -> Matrix:
    """The directions in which tokens (tokens, width) differ most: (width, dimensions)."""
    _, _, directions = np.linalg.svd(vectors[:: _step(len(vectors))], full_matrices=False)
    return np.ascontiguousarray(directions[:_DIMENSIONS].T)


def _step(tokens: int) -> int:
    return -(-tokens // _MOST_ROWS) or 1


def _told(tokens: Sequence[Tokens]) -> tuple[Rows, NDArray[np.float32], float]:
    """The words there are, how much each tells, and how much an unknown one does."""
    seen = np.concatenate([np.unique(each.ids) for each in tokens])
    ids, counts = np.unique(seen, return_counts=True)
    size = len(tokens)
    idf = np.log((size + 1) / (counts + 0.5)).astype(np.float32)
    return ids, idf, float(np.log((size + 1) / 0.5))
