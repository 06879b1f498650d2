"""The same encoder, with questions read in batches before they are asked one by one."""

from __future__ import annotations

from collections.abc import Sequence

from faq_index.encoder import (
    Encoded,
    Encoder,
    Matrix,
    Rehearsal,
    Vector,
    knows_of,
    read,
    read_passages,
    rehearsals_of,
    speaking,
    views_of,
)


class ReadAhead:
    """The same encoder, with questions read in batches before they are asked one by one."""

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self.dim = encoder.dim
        self.views = views_of(encoder)
        self.knows = knows_of(encoder)
        self._encoder = encoder
        self._ready: dict[str, Encoded] = {}
        self._languages: dict[str, ReadAhead] = {}

    def speaking(self, language: str) -> Encoder:
        part = speaking(self._encoder, language)
        if part is self._encoder:
            return self
        return self._languages.setdefault(part.name, ReadAhead(part))

    def read_ahead(self, texts: Sequence[str]) -> None:
        encoded = read(self._encoder, texts)
        tokens = [(each,) for each in encoded.tokens] if encoded.tokens else [None] * len(texts)
        self._ready = {
            text: Encoded(vector[None, :], own)
            for text, vector, own in zip(texts, encoded.vectors, tokens, strict=True)
        }
        for other in self._languages.values():
            other.read_ahead(texts)

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
        ready = self._ready.get(texts[0]) if len(texts) == 1 else None
        return read(self._encoder, texts) if ready is None else ready
