"""all-MiniLM-L6-v2 without PyTorch: its forward pass in ONNX Runtime.

A process saves PyTorch's seconds and 350 MB, and a question takes less than half the time. A test
compares the vectors with those of sentence-transformers. BERT as in Devlin et al. 2019, mean
pooling, unit length.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from faq_index.bert_graph import Shape, encoder_graph, entering, upper_graph, watched_graph
from faq_index.cores import cores
from faq_index.encoder import Tokens, Vector, unit_rows
from faq_index.onnx_graph import Tensor, quick_products_are_right, session_of
from faq_index.samples import ENGLISH, LONG, ODD
from faq_index.spans import spans_of, states_of

T = TypeVar("T")
Ids = NDArray[np.intp]
# The layers whose states do not change when the upper ones are tuned.
LOWER = 3
# Fewer texts are read one by one: nothing is padded.
_FEW = 8
# Of more, so many of about one length are read together, by as many threads as there are cores.
_BATCH = 32


class States(NamedTuple):
    """Of texts padded to one length (texts, tokens, width): after the lower layers, the last layer
    but one, and the last; and which are tokens (texts, tokens), 1 or 0."""

    lower: Tensor
    middle: Tensor
    last: Tensor
    mask: NDArray[np.int32]

    def of(self, row: int, part: Tensor) -> Tensor:
        """One text's states (tokens, width) in a part of these."""
        states: Tensor = part[row, : int(self.mask[row].sum())]
        return states


def load_weights(folder: Path) -> dict[str, Tensor]:
    from safetensors.numpy import load_file

    weights: dict[str, Tensor] = load_file(folder / "model.safetensors")
    return weights


class MiniLmForward:
    """Loads the model's own files from a sentence-transformers folder."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        config: dict[str, Any] = json.loads((folder / "config.json").read_text())
        limits: dict[str, Any] = json.loads((folder / "sentence_bert_config.json").read_text())
        weights = load_weights(folder)
        self.shape = Shape(
            int(config["num_hidden_layers"]),
            int(config["num_attention_heads"]),
            int(config["hidden_size"]),
            float(config["layer_norm_eps"]),
        )
        self._words = weights["embeddings.word_embeddings.weight"]
        # A text has one part, so the embedding of the part is the same at every place.
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        self._places = weights["embeddings.position_embeddings.weight"] + kind
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(int(limits["max_seq_length"]))
        self._tokenizer.no_padding()
        self._vocabulary = frozenset(self._tokenizer.get_vocab())
        found = self._sampled(weights) if quick_products_are_right() else []
        # Of a few texts (1, tokens, width) after the lower layers; none without quick products.
        self.sampled = [each[entering(LOWER)] for each in found]
        spans = spans_of(found)
        self._session = session_of(encoder_graph(weights, self.shape, LOWER, spans))

    def _sampled(self, weights: Mapping[str, Tensor]) -> list[dict[str, Tensor]]:
        samples = [self._given([own]) for own in self._ids([*ENGLISH, *LONG, *ODD])]
        return states_of(watched_graph(weights, self.shape), samples)

    def knows(self, word: str) -> bool:
        """Is it a word of its own, and not put together from pieces? In small letters."""
        return word in self._vocabulary

    def read(self, texts: Sequence[str]) -> list[tuple[Vector, Tokens]]:
        """The vector and the tokens of each text; see `pooled`."""

        def finish(ids: Sequence[Ids], states: States) -> list[tuple[Vector, Tokens]]:
            return [pooled(own, states, row) for row, own in enumerate(ids)]

        return self.through(texts, finish)

    def through(
        self, texts: Sequence[str], finish: Callable[[Sequence[Ids], States], Sequence[T]]
    ) -> list[T]:
        """What `finish` makes of each text's token ids and states, which it is given in batches."""
        ids = self._ids(texts)

        def batch(rows: Sequence[int]) -> Sequence[T]:
            own = [ids[row] for row in rows]
            return finish(own, self._states(own))

        if len(ids) <= _FEW:
            return [each for row in range(len(ids)) for each in batch([row])]
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        found: dict[int, T] = {}
        with ThreadPoolExecutor(cores()) as pool:
            for rows, made in zip(batches, pool.map(batch, batches), strict=True):
                found.update(zip(rows, made, strict=True))
        return [found[row] for row in range(len(ids))]

    def _ids(self, texts: Sequence[str]) -> list[Ids]:
        return [np.array(each.ids) for each in self._tokenizer.encode_batch_fast(list(texts))]

    def _states(self, ids: Sequence[Ids]) -> States:
        given = self._given(ids)
        lower, middle, last = self._session.run(None, given)
        return States(lower, middle, last, given["mask"])

    def _given(self, ids: Sequence[Ids]) -> dict[str, Any]:
        longest = max(map(len, ids))
        embedded = np.zeros((len(ids), longest, self.shape.width), dtype=np.float32)
        mask = np.zeros((len(ids), longest), dtype=np.int32)
        for row, own in enumerate(ids):
            embedded[row, : len(own)] = self._words[own] + self._places[: len(own)]
            mask[row, : len(own)] = 1
        return {"embedded": embedded, "mask": mask}


class UpperForward:
    """Other upper layers over the states of the lower ones. Products are quick ones if there are
    states to see from how far others reach: `MiniLmForward.sampled`."""

    def __init__(
        self, weights: Mapping[str, Tensor], shape: Shape, sampled: Sequence[Tensor]
    ) -> None:
        samples = [
            {"lower": each, "mask": np.ones(each.shape[:2], dtype=np.int32)} for each in sampled
        ]
        found = states_of(watched_graph(weights, shape, LOWER), samples) if samples else []
        self._session = session_of(upper_graph(weights, shape, LOWER, spans_of(found)))

    def means(self, states: States) -> Tensor:
        """(texts, width), each of unit length."""
        [last] = self._session.run(None, {"lower": states.lower, "mask": states.mask})
        return unit_rows(np.stack([states.of(row, last).mean(axis=0) for row in range(len(last))]))


def pooled(ids: Ids, states: States, row: int) -> tuple[Vector, Tokens]:
    """Of one text the means of the last layer and of the one before (2 width,), each of unit
    length, and the last layer's tokens without the two that frame them."""
    last = states.of(row, states.last)
    means = unit_rows(np.stack([last.mean(axis=0), states.of(row, states.middle).mean(axis=0)]))
    return means.reshape(-1), Tokens(ids[1:-1], unit_rows(last[1:-1]))
