"""Vectors for a corpus too large to be encoded in a benchmark's time.

A phrasing about a kind of thing ("blue winter tent") gets the vector of the same phrasing without
the kind, moved by a part of the kind's own; and the tokens of both. Both are really encoded, once.
So the vectors lie as close together as in a real FAQ of that many look-alikes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from faq_index import Encoder, Matrix, Vector
from faq_index.encoder import Encoded, Tokens, knows_of, read, unit_rows, views_of
from tests.benchmarks.corpus import KINDS

_PART = 0.4


class Composed:
    """Stands before the real encoder while an index is built; questions are read by that one."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dim = f"composed-{encoder.name}", encoder.dim
        self.views, self.knows = views_of(encoder), knows_of(encoder)
        self._encoder = encoder
        self._read: dict[str, tuple[Vector, Tokens]] = {}
        self._kinds = {tuple(kind.split()): kind for kind in KINDS if kind}

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        return self.read(texts).vectors

    def encode_query(self, text: str) -> Vector:
        row: Vector = self.read([text]).vectors[0]
        return row

    def read(self, texts: Sequence[str]) -> Encoded:
        if len(texts) == 1:
            return read(self._encoder, texts)
        parts = [self._parted(text) for text in texts]
        self._remember({part for each in parts for part in each if part})
        vectors, tokens = zip(*(self._composed(*each) for each in parts), strict=True)
        ends = np.cumsum([view.dim for view in self.views])[:-1]
        views = np.split(np.stack(vectors), ends, axis=1)
        return Encoded(np.hstack([unit_rows(view) for view in views]), tokens)

    def _parted(self, text: str) -> tuple[str, str]:
        words = text.split()
        for pair in zip(words, words[1:], strict=False):
            kind = self._kinds.get(pair)
            if kind:
                # An answer names it as a part of its entry's id.
                bare = text.replace(kind, "", 1).replace(kind.replace(" ", "-"), "", 1)
                return bare, kind
        return text, ""

    def _remember(self, texts: set[str]) -> None:
        new = sorted(texts - self._read.keys())
        if new:
            encoded = read(self._encoder, new)
            assert encoded.tokens is not None
            self._read.update(
                zip(new, zip(encoded.vectors, encoded.tokens, strict=True), strict=True)
            )

    def _composed(self, base: str, kind: str) -> tuple[Vector, Tokens]:
        """The vector's views are not of unit length yet."""
        vector, tokens = self._read[base]
        if not kind:
            return vector, tokens
        moved, words = self._read[kind]
        both = Tokens(
            np.concatenate([tokens.ids, words.ids]),
            np.concatenate([tokens.vectors, words.vectors]),
        )
        return vector + _PART * moved, both
