"""all-MiniLM-L6-v2 from its own files: mean pooling, and the words in their places."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from faq_index.bert_graph import Shape
from faq_index.encoder import Tokens, Vector, unit_rows
from faq_index.forward import Bert, Forward, Ids, States
from faq_index.onnx_graph import Tensor


def load_minilm(folder: Path) -> Bert:
    """From a sentence-transformers folder."""
    from safetensors.numpy import load_file

    config: dict[str, Any] = json.loads((folder / "config.json").read_text())
    limits: dict[str, Any] = json.loads((folder / "sentence_bert_config.json").read_text())
    weights: dict[str, Tensor] = load_file(folder / "model.safetensors")
    shape = Shape(
        int(config["num_hidden_layers"]),
        int(config["num_attention_heads"]),
        int(config["hidden_size"]),
        float(config["layer_norm_eps"]),
    )
    # A text has one part, so the embedding of the part is the same at every place.
    kind = weights["embeddings.token_type_embeddings.weight"][0]
    return Bert(
        shape,
        weights,
        weights["embeddings.word_embeddings.weight"],
        weights["embeddings.position_embeddings.weight"] + kind,
        (folder / "tokenizer.json").read_text(encoding="utf-8"),
        int(limits["max_seq_length"]),
        by_first=False,
    )


def read_by(forward: Forward, texts: Sequence[str]) -> list[tuple[Vector, Tokens]]:
    """The vector and the tokens of each text; see `told`."""

    def finish(ids: Sequence[Ids], states: States) -> list[tuple[Vector, Tokens]]:
        return [told(own, states, row) for row, own in enumerate(ids)]

    return forward.through(texts, finish)


def told(ids: Ids, states: States, row: int) -> tuple[Vector, Tokens]:
    """Of one text the means of the last layer and of the one before (2 width,), each of unit
    length, and the last layer's tokens without the two that frame them."""
    last = states.of(row, states.last)
    means = unit_rows(np.stack([last.mean(axis=0), states.of(row, states.middle).mean(axis=0)]))
    return means.reshape(-1), Tokens(ids[1:-1], unit_rows(last[1:-1]))
