"""A classifier over phrasings whose held-out predictions are exact and cost nothing.

Kernel ridge regression on entry labels (the mean of a Gaussian process): with C = K + penalty,
leaving out rows B moves their prediction to  Y_B - inv(inv(C)_BB) inv(C)Y_B  (block form of the
leave-one-out identity; Rasmussen and Williams, "Gaussian Processes for Machine Learning", 5.4.2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class KernelRidge:
    """Fitted on a kernel matrix (rows, rows) and the entry number of each row."""

    def __init__(
        self, kernel: NDArray[np.float32], owners: NDArray[np.intp], entries: int, penalty: float
    ) -> None:
        regularised = kernel.astype(np.float64) + penalty * np.eye(len(kernel))
        self.owners = owners
        self.labels: Array = np.eye(entries, dtype=np.float64)[owners]
        self.inverse: Array = np.linalg.inv(regularised).astype(np.float64)
        self.dual: Array = (self.inverse @ self.labels).astype(np.float64)

    @property
    def weights(self) -> NDArray[np.float32]:
        """(rows, entries): kernel values (queries, rows) @ weights are the scores."""
        return self.dual.astype(np.float32)

    def without_row(self) -> NDArray[np.float32]:
        """Scores (rows, entries) of each row by a fit on all other rows."""
        held_out = self.labels - self.dual / np.diag(self.inverse)[:, None]
        return np.asarray(held_out, dtype=np.float32)

    def without_entry(self) -> NDArray[np.float32]:
        """Scores (rows, entries) of each row by a fit on the rows of all other entries."""
        held_out = np.empty_like(self.labels)
        for entry in np.unique(self.owners):
            rows = np.flatnonzero(self.owners == entry)
            block = self.inverse[np.ix_(rows, rows)]
            held_out[rows] = self.labels[rows] - np.linalg.solve(block, self.dual[rows])
        return np.asarray(held_out, dtype=np.float32)

    def without_row_for(
        self, kernel: NDArray[np.float32], rows: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """Scores (queries, entries) of new queries, each by a fit without one row of its own.

        `kernel` is (queries, all rows).
        """
        owed = np.einsum("qr,rq->q", kernel, self.inverse[:, rows]) / self.inverse[rows, rows]
        held_out = kernel @ self.dual - owed[:, None] * self.dual[rows]
        return np.asarray(held_out, dtype=np.float32)
