"""How much each encoder counts where several stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from faq_index.encoder import Matrix, unit_rows


@dataclass(frozen=True, slots=True)
class Blend:
    """`shares` add up to 1: the cosine of two blended vectors is the mean cosine by shares."""

    blocks: tuple[int, ...]
    shares: tuple[float, ...]

    def apply(self, vectors: Matrix) -> Matrix:
        """(rows, dim) as the encoder gave them to (rows, dim), each row of unit length."""
        if len(self.blocks) == 1:
            return vectors
        ends = np.cumsum(self.blocks)[:-1]
        parts = [
            unit_rows(part) * np.float32(np.sqrt(share))
            for part, share in zip(np.split(vectors, ends, axis=1), self.shares, strict=True)
        ]
        return np.ascontiguousarray(np.hstack(parts), dtype=np.float32)


def blends(blocks: tuple[int, ...], english: bool) -> tuple[Blend, ...]:
    """Those to choose from, the one to prefer without evidence first.

    The first encoder is taken to be the English one, the second the multilingual.
    """
    if len(blocks) != 2:
        return (Blend(blocks, tuple(1 / len(blocks) for _ in blocks)),)
    second = (0.15, 0.0, 0.3, 0.5) if english else (0.9, 0.75, 1.0)
    return tuple(Blend(blocks, (1.0 - share, share)) for share in second)
