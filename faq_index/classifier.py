"""Which entry a question belongs to, by all phrasings near it together.

Kernel ridge regression on entry labels (the mean of a Gaussian process; Rasmussen and Williams,
"Gaussian Processes for Machine Learning", 2.2) over the phrasings nearest to the question. What is
far has next to no weight in it, so nothing is lost by leaving it out, and neither the time of a
question nor that of a change grows with the FAQ. Leaving a phrasing out is to solve without it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

Array = NDArray[np.float32]
Rows = NDArray[np.intp]
# Phrasings of a neighbourhood; from 32 on, more change nothing.
NEIGHBOURS = 64
_SHARPNESS = 3.0
_PENALTY = 0.1


@dataclass(frozen=True, slots=True)
class Kernel:
    """How alike two texts are: exp(sharpness (cosine - 1)) of vectors plus lexical cosines."""

    words: float
    characters: float
    dense: float = 1.0

    def of(self, dense: Array, words: Array, characters: Array) -> Array:
        """Three arrays of cosines of one shape to an array of that shape."""
        near = np.exp(_SHARPNESS * (dense - 1.0))
        alike: Array = self.dense * near + self.words * words + self.characters * characters
        return alike


def ridge(among: Array, asked: Array, owners: Rows) -> tuple[Rows, Array]:
    """Entries of a neighbourhood and the question's score for each, about 1 for the right one.

    `among` is the kernel of the neighbours (n, n), `asked` that of the question with them (n,),
    `owners` their entries (n,).
    """
    regularised = among.astype(np.float64)
    regularised[np.diag_indices_from(regularised)] += _PENALTY
    try:
        weights = cho_solve(cho_factor(regularised, check_finite=False), asked, check_finite=False)
    except LinAlgError:
        weights = np.linalg.lstsq(regularised, asked, rcond=None)[0]
    entries, place = np.unique(owners, return_inverse=True)
    return entries, np.bincount(place, weights=weights).astype(np.float32)


def held_out_scores(among: NDArray[np.float64], owners: Rows) -> NDArray[np.float64]:
    """Scores (rows, entries) of each row by a fit on all other rows of a kernel (rows, rows).

    Exact and without a fit a row: with the inverse C of the regularised kernel and labels Y it is
    Y - C Y / diag(C) (Rasmussen and Williams, 5.4.2).
    """
    inverse = np.linalg.inv(among + _PENALTY * np.eye(len(among)))
    labels = np.eye(int(owners.max()) + 1)[owners]
    scores: NDArray[np.float64] = labels - inverse @ labels / np.diag(inverse)[:, None]
    return scores
