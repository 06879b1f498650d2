"""Sentences to vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faq_index.errors import EncoderUnavailable

Matrix = NDArray[np.float32]
Vector = NDArray[np.float32]


class Encoder(Protocol):
    """Gives texts that mean the same nearby vectors. Safe to call from several threads.

    An encoder made of several has the attribute `blocks`: the dimensions of each, in the order
    their vectors stand in its own. One that has a vocabulary may have the method `knows(word)`.
    """

    @property
    def name(self) -> str:
        """Names model and version; vectors of another name are never mixed with these."""

    @property
    def dim(self) -> int: ...

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        """Shape (len(texts), dim), float32, rows of unit length."""

    def encode_query(self, text: str) -> Vector:
        """Shape (dim,), float32, unit length."""


def load_encoder(name: str = "default") -> Encoder:
    """ "default", "multilingual", or a sentence-transformers model's name or folder.

    "default" is the packaged MiniLM; "multilingual" has a second packaged encoder beside it, which
    knows 16 languages, Japanese too. Raises EncoderUnavailable. The libraries are imported here,
    not before; those of "default" in half a second, as PyTorch waits until many texts are to be
    encoded.
    """
    from faq_index.encoders import MiniLm, SentenceTransformerEncoder, SideBySide, Universal

    try:
        if name == "default":
            return MiniLm()
        if name == "multilingual":
            return SideBySide([MiniLm(), Universal()])
        return SentenceTransformerEncoder(name)
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        raise EncoderUnavailable(f"The encoder `{name}` cannot be loaded: {error}") from error


def knows_of(encoder: Encoder) -> Callable[[str], bool]:
    """Whether the encoder's vocabulary has a word whole; every word without a vocabulary."""
    knows: Callable[[str], bool] = getattr(encoder, "knows", lambda _: True)
    return knows


def blocks_of(encoder: Encoder) -> tuple[int, ...]:
    """The dimensions of the encoders it is made of; its own when it is a single one."""
    blocks: tuple[int, ...] = getattr(encoder, "blocks", (encoder.dim,))
    return blocks


def unit_rows(matrix: Matrix) -> Matrix:
    """Each row scaled to the length 1; rows of zeros stay."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.ascontiguousarray(matrix / np.maximum(lengths, 1e-12), dtype=np.float32)
