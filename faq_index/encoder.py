"""Sentences to vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from faq_index.errors import EncoderUnavailable
from faq_index.memory import give_back

Matrix = NDArray[np.float32]
Vector = NDArray[np.float32]
# Characters an encoder reads: enough for any question; a longer text says no more about what it
# is about.
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class View:
    """One of several readings of a text that stand side by side in its vector.

    `shares` are the weights worth trying beside the first view, whose weight is what is left; the
    one to take without evidence stands first. `centred` views are compared by how they differ from
    the FAQ's mean.
    """

    name: str
    dim: int
    shares: tuple[float, ...] = (1.0,)
    centred: bool = False


class Encoder(Protocol):
    """Gives texts that mean the same nearby vectors. Safe to call from several threads.

    One that reads a text in several ways has the attribute `views`; one with a vocabulary may have
    `knows(word)`; one that reads languages differently `speaking(language)`; one that reads answers
    in another way than questions `encode_passages(texts)`; one that was tuned with an FAQ
    `rehearse(texts)`.
    """

    @property
    def name(self) -> str:
        """Names model and version; vectors of another name are never mixed with these."""

    @property
    def dim(self) -> int: ...

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        """Shape (len(texts), dim), float32, each view of a row of unit length."""

    def encode_query(self, text: str) -> Vector:
        """Shape (dim,), float32, each view of unit length."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a text, each in its place: numbers in the encoder's vocabulary (tokens,) and
    vectors of unit length (tokens, width), of half precision where they come from a file."""

    ids: NDArray[np.intp]
    vectors: Matrix


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as an encoder reads them: (texts, dim), and each one's tokens if it tells them."""

    vectors: Matrix
    tokens: Sequence[Tokens] | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How `views` would read texts (texts, the view's dim) if they had been tuned with those
    `taught` (texts,) only: what a tuned encoder makes of a text that it was taught says nothing of
    what it makes of a customer's."""

    views: Mapping[str, Matrix]
    taught: NDArray[np.bool_]


@runtime_checkable
class TokenEncoder(Protocol):
    """An encoder that also tells what each word of a text means in its place."""

    def read(self, texts: Sequence[str]) -> Encoded: ...


def load_encoder(name: str = "default", tuned: Path | None = None) -> Encoder:
    """ "default" or a sentence-transformers model's name or folder.

    "default" reads English through the packaged MiniLM and a packaged multilingual encoder, other
    languages through the latter; both without PyTorch. `tuned` is the folder where `kotae tune` may
    have left what it taught encoders for English. Raises EncoderUnavailable. The libraries are
    imported here, not before.
    """
    if name != "default":
        from faq_index.sentence_encoder import load_sentence_transformer

        return load_sentence_transformer(name)
    from faq_index.encoders import Packaged
    from faq_index.tuned import load_tuning, tuned_encoders

    with installed():
        tuning = load_tuning(tuned) if tuned else None
        packaged = Packaged(tuned_encoders(tuning) if tuning else ())
    give_back()
    return packaged


@contextmanager
def installed() -> Iterator[None]:
    """Around the loading of what came as a package. Raises EncoderUnavailable."""
    try:
        yield
    except (ImportError, OSError, LookupError, ValueError, RuntimeError) as error:
        raise EncoderUnavailable(
            f"The packaged encoder cannot be loaded ({error}): `make setup` installs it again."
        ) from error


def read(encoder: Encoder, texts: Sequence[str]) -> Encoded:
    """All that the encoder tells of the texts, in one reading."""
    if isinstance(encoder, TokenEncoder):
        return encoder.read(texts)
    if len(texts) == 1:
        return Encoded(encoder.encode_query(texts[0])[None, :])
    return Encoded(encoder.encode_questions(texts))


def read_passages(encoder: Encoder, texts: Sequence[str]) -> Matrix:
    """Vectors of questions together with their answers."""
    encode: Callable[[Sequence[str]], Matrix] = getattr(
        encoder, "encode_passages", lambda texts: read(encoder, texts).vectors
    )
    return encode(texts)


def speaking(encoder: Encoder, language: str) -> Encoder:
    """What of the encoder reads texts in this language; mostly the whole of it."""
    choose: Callable[[str], Encoder] = getattr(encoder, "speaking", lambda _: encoder)
    return choose(language)


def rehearsals_of(encoder: Encoder, texts: Sequence[str]) -> tuple[Rehearsal, ...]:
    """One for each part of the FAQ that was kept from it in turn; none if it was not tuned."""
    rehearse: Callable[[Sequence[str]], tuple[Rehearsal, ...]] = getattr(
        encoder, "rehearse", lambda _: ()
    )
    return rehearse(texts)


def knows_of(encoder: Encoder) -> Callable[[str], bool]:
    """Whether the encoder's vocabulary has a word whole; every word without a vocabulary."""
    knows: Callable[[str], bool] = getattr(encoder, "knows", lambda _: True)
    return knows


def views_of(encoder: Encoder) -> tuple[View, ...]:
    """The views of its vectors in their order; a single one when it has no more."""
    views: tuple[View, ...] = getattr(encoder, "views", (View("sentence", encoder.dim),))
    return views


def unit_rows(matrix: Matrix) -> Matrix:
    """Each row scaled to the length 1; rows of zeros stay."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.ascontiguousarray(matrix / np.maximum(lengths, 1e-12), dtype=np.float32)
