"""all-MiniLM-L6-v2 without PyTorch: its forward pass in NumPy.

A question is a dozen tokens, so NumPy is as fast as any runtime, and the process that serves
customers saves PyTorch's seven seconds and 350 MB. A test compares the vectors with those of
sentence-transformers. BERT as in Devlin et al. 2019, mean pooling, unit length.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from faq_index.encoder import Tokens, unit_rows

Tensor = NDArray[np.float32]


def pooled(ids: NDArray[np.intp], middle: Tensor, last: Tensor) -> tuple[Tensor, Tokens]:
    """From states (tokens, dim) of one text: the mean of its last layer and of the one before,
    (2 dim,), each of unit length; the last layer's tokens without the two that frame them."""
    means = unit_rows(np.stack([last.mean(axis=0), middle.mean(axis=0)]))
    return means.reshape(-1), Tokens(ids[1:-1], unit_rows(last[1:-1]))


class MiniLmForward:
    """Loads the model's own files from a sentence-transformers folder."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        config: dict[str, Any] = json.loads((folder / "config.json").read_text())
        limits: dict[str, Any] = json.loads((folder / "sentence_bert_config.json").read_text())
        self._weights: dict[str, Tensor] = load_file(folder / "model.safetensors")
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = np.float32(config["layer_norm_eps"])
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(int(limits["max_seq_length"]))
        self._tokenizer.no_padding()
        self._vocabulary = frozenset(self._tokenizer.get_vocab())

    def knows(self, word: str) -> bool:
        """Is it a word of its own, and not put together from pieces? In small letters."""
        return word in self._vocabulary

    def read(self, text: str) -> tuple[Tensor, Tokens]:
        tokens = np.array(self._tokenizer.encode(text).ids)
        state = middle = self._embed(tokens)
        for layer in range(self._layers):
            middle = state
            state = self._layer(state, f"encoder.layer.{layer}")
        return pooled(tokens, middle, state)

    def _embed(self, tokens: NDArray[np.intp]) -> Tensor:
        weights = self._weights
        words = weights["embeddings.word_embeddings.weight"][tokens]
        places = weights["embeddings.position_embeddings.weight"][: len(tokens)]
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        return self._normalise(words + places + kind, "embeddings.LayerNorm")

    def _layer(self, state: Tensor, name: str) -> Tensor:
        context = self._attend(state, f"{name}.attention.self")
        mixed = self._linear(context, f"{name}.attention.output.dense")
        state = self._normalise(state + mixed, f"{name}.attention.output.LayerNorm")
        inner = self._linear(state, f"{name}.intermediate.dense")
        inner = (0.5 * inner * (1.0 + erf(inner * np.float32(np.sqrt(0.5))))).astype(np.float32)
        outer = self._linear(inner, f"{name}.output.dense")
        return self._normalise(state + outer, f"{name}.output.LayerNorm")

    def _attend(self, state: Tensor, name: str) -> Tensor:
        count, width = state.shape
        query, key, value = (
            self._linear(state, f"{name}.{part}")
            .reshape(count, self._heads, width // self._heads)
            .transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(width // self._heads))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        context = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        joined: Tensor = context.transpose(1, 0, 2).reshape(count, width)
        return joined

    def _linear(self, state: Tensor, name: str) -> Tensor:
        out: Tensor = state @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return out

    def _normalise(self, state: Tensor, name: str) -> Tensor:
        centred = state - state.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._epsilon)
        scale = self._weights[f"{name}.weight"]
        out: Tensor = centred / spread * scale + self._weights[f"{name}.bias"]
        return out
