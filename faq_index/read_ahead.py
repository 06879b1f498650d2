"""The same encoder, with each text read once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from faq_index.encoder import (
    Encoded,
    Encoder,
    Matrix,
    Rehearsal,
    Tokens,
    Vector,
    knows_of,
    read,
    read_passages,
    rehearsals_of,
    speaking,
    views_of,
)

# So many texts are remembered at most, 20 KB each.
_MOST = 4096


class ReadAhead:
    """The same encoder, with each text read once, however many indexes ask it.

    Not for several threads at once.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self.dim = encoder.dim
        self.views = views_of(encoder)
        self.knows = knows_of(encoder)
        self._encoder = encoder
        self._known: dict[str, tuple[Vector, Tokens | None]] = {}
        self._languages: dict[str, ReadAhead] = {}

    def speaking(self, language: str) -> Encoder:
        part = speaking(self._encoder, language)
        if part is self._encoder:
            return self
        return self._languages.setdefault(part.name, ReadAhead(part))

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        return self.read(texts).vectors

    def encode_passages(self, texts: Sequence[str]) -> Matrix:
        return read_passages(self._encoder, texts)

    def rehearse(self, texts: Sequence[str]) -> tuple[Rehearsal, ...]:
        return rehearsals_of(self._encoder, texts)

    def encode_query(self, text: str) -> Vector:
        row: Vector = self.read([text]).vectors[0]
        return row

    def read(self, texts: Sequence[str]) -> Encoded:
        if not texts:
            return read(self._encoder, texts)
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if len(self._known) + len(new) > _MOST:
            self._known, new = {}, list(dict.fromkeys(texts))
        if new:
            encoded = read(self._encoder, new)
            tokens: Sequence[Tokens | None] = encoded.tokens or [None] * len(new)
            self._known |= dict(zip(new, zip(encoded.vectors, tokens, strict=True), strict=True))
        vectors, words = zip(*(self._known[text] for text in texts), strict=True)
        told = tuple(each for each in words if each is not None)
        return Encoded(np.stack(vectors), told if len(told) == len(texts) else None)
