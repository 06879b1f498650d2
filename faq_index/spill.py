"""Room for what a large FAQ's building needs only much later, in a file instead of memory."""

from __future__ import annotations

from tempfile import TemporaryFile

import numpy as np
from numpy.typing import NDArray

from faq_index.encoder import Encoded, Matrix, Tokens


class Spill:
    """The system writes what was put here to the disk when memory is needed for something else.
    To be left when all is put there; arrays stay, and nothing is left of them on the disk when
    nobody holds one any more."""

    def __init__(self) -> None:
        self._file = TemporaryFile(prefix="kotae-")  # noqa: SIM115 - closed on leaving

    def __enter__(self) -> Spill:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def room(self, shape: tuple[int, int], dtype: str = "<f4") -> NDArray[np.float32]:
        """For an array behind all others."""
        place = self._file.seek(0, 2)
        return np.asarray(np.memmap(self._file, dtype, "r+", place, shape))

    def moved(self, encoded: Encoded) -> Encoded:
        """Texts as an encoder read them; their tokens in half precision, as they are stored."""
        vectors = self._copied(encoded.vectors, "<f4")
        if not encoded.tokens:
            return Encoded(vectors)
        joined = self._copied(np.concatenate([each.vectors for each in encoded.tokens]), "<f2")
        ends = np.cumsum([len(each.ids) for each in encoded.tokens])[:-1]
        parts = zip(encoded.tokens, np.split(joined, ends), strict=True)
        return Encoded(vectors, tuple(Tokens(each.ids, part) for each, part in parts))

    def _copied(self, array: Matrix, dtype: str) -> Matrix:
        rows, width = array.shape
        copy = self.room((rows, width), dtype)
        copy[:] = array
        return copy
