"""A BERT encoder's forward pass without PyTorch, in ONNX Runtime.

A process saves PyTorch's seconds and 350 MB, and a question takes less than half the time. A test
compares the vectors with those of sentence-transformers. BERT as in Devlin et al. 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from faq_index.bert_graph import Shape, encoder_graph, entering, upper_graph, watched_graph
from faq_index.cores import cores
from faq_index.encoder import unit_rows
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


class Bert(NamedTuple):
    """An encoder as it comes: its layers' weights by BERT's names, the embeddings of words
    (vocabulary, width) and of places (places, width), the tokenizer in its library's JSON, the most
    tokens it reads, and whether a text's vector is its first token's and not the mean of all."""

    shape: Shape
    weights: Mapping[str, Tensor]
    words: Tensor
    places: Tensor
    tokenizer: str
    longest: int
    by_first: bool


class Forward:
    """Reads texts as an encoder does."""

    def __init__(self, bert: Bert) -> None:
        from tokenizers import Tokenizer

        self.shape, self._by_first = bert.shape, bert.by_first
        self._words, self._places = bert.words, bert.places
        self._tokenizer: Any = Tokenizer.from_str(bert.tokenizer)
        self._tokenizer.enable_truncation(bert.longest)
        self._tokenizer.no_padding()
        found = self._sampled(bert.weights) if quick_products_are_right() else []
        # Of a few texts (1, tokens, width) after the lower layers; none without quick products.
        self.sampled = [each[entering(LOWER)] for each in found]
        spans = spans_of(found)
        self._session = session_of(encoder_graph(bert.weights, bert.shape, LOWER, spans))

    def _sampled(self, weights: Mapping[str, Tensor]) -> list[dict[str, Tensor]]:
        samples = [self._given([own]) for own in self._ids([*ENGLISH, *LONG, *ODD])]
        return states_of(watched_graph(weights, self.shape), samples)

    def vocabulary(self) -> frozenset[str]:
        """Words of their own, and the pieces that others are put together from."""
        return frozenset(self._tokenizer.get_vocab())

    def pooled(self, state: Tensor) -> Tensor:
        """Of one text's state (tokens, width) what stands for all of it (width,)."""
        vector: Tensor = state[0] if self._by_first else state.mean(axis=0)
        return vector

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
    """Other upper layers over the states of an encoder's lower ones, with quick products where that
    has them."""

    def __init__(self, weights: Mapping[str, Tensor], below: Forward) -> None:
        self._below, shape = below, below.shape
        samples = [
            {"lower": each, "mask": np.ones(each.shape[:2], dtype=np.int32)}
            for each in below.sampled
        ]
        found = states_of(watched_graph(weights, shape, LOWER), samples) if samples else []
        self._session = session_of(upper_graph(weights, shape, LOWER, spans_of(found)))

    def vectors(self, states: States) -> Tensor:
        """(texts, width), each of unit length."""
        [last] = self._session.run(None, {"lower": states.lower, "mask": states.mask})
        pooled = [self._below.pooled(states.of(row, last)) for row in range(len(last))]
        return unit_rows(np.stack(pooled))
