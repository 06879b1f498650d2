"""How much each view of an encoder counts, and the space in which texts are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from faq_index.encoder import Matrix, Vector, View, unit_rows

Shares = tuple[float, ...]
# Vectors of several views are turned into so many dimensions: nothing is lost of a small FAQ, next
# to nothing of a large one, and searching is several times faster.
_DIMENSIONS = 256
# So many rows tell the directions in which an FAQ's texts differ.
_MOST_ROWS = 4000
_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Blend:
    """Vectors as the encoder gives them to vectors whose cosine is the mean of those of the views.

    `shares` add up to 1, one a view; `centre` (encoder's dim,) is taken off; `rotation`
    (encoder's dim, dim) holds the principal directions, none for a single view.
    """

    views: tuple[View, ...]
    shares: Shares
    centre: Vector
    rotation: Matrix | None

    @classmethod
    def over(cls, vectors: Matrix, views: tuple[View, ...], shares: Shares) -> Blend:
        """From the FAQ's own vectors (rows, encoder's dim)."""
        ends = np.cumsum([view.dim for view in views])
        centre = np.zeros(ends[-1], dtype=np.float32)
        for view, end in zip(views, ends, strict=True):
            if view.centred and len(vectors):
                own = slice(end - view.dim, end)
                centre[own] = vectors[:, own].mean(axis=0)
        if len(views) == 1:
            return cls(views, shares, centre, None)
        step = -(-len(vectors) // _MOST_ROWS) or 1
        some = cls(views, shares, centre, None).apply(vectors[::step])
        _, _, directions = np.linalg.svd(some, full_matrices=False)
        return cls(views, shares, centre, np.ascontiguousarray(directions[:_DIMENSIONS].T))

    def apply(self, vectors: Matrix) -> Matrix:
        """(rows, encoder's dim) to (rows, dim)."""
        if len(self.views) == 1:
            return unit_rows(vectors - self.centre) if self.views[0].centred else vectors
        if len(vectors) > _AT_ONCE:
            # Whole, the views of a large FAQ would take several times its memory.
            first = range(0, len(vectors), _AT_ONCE)
            return np.concatenate([self.apply(vectors[row : row + _AT_ONCE]) for row in first])
        ends = np.cumsum([view.dim for view in self.views])[:-1]
        parts = [
            unit_rows(part) * np.float32(np.sqrt(share))
            for part, share in zip(
                np.split(vectors - self.centre, ends, axis=1), self.shares, strict=True
            )
        ]
        joined: Matrix = np.ascontiguousarray(np.hstack(parts), dtype=np.float32)
        return joined if self.rotation is None else joined @ self.rotation


def shares_to_try(views: Sequence[View]) -> tuple[Shares, ...]:
    """The one to take without evidence first."""
    others = product(*(view.shares for view in views[1:]))
    return tuple((1.0 - sum(chosen), *chosen) for chosen in others if sum(chosen) <= 1.0)
