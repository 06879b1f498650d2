"""all-MiniLM-L6-v2 without PyTorch: its forward pass in ONNX Runtime.

A process saves PyTorch's seconds and 350 MB, and a question takes less than half the time. A test
compares the vectors with those of sentence-transformers. BERT as in Devlin et al. 2019, mean
pooling, unit length.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faq_index.bert_graph import Shape, encoder_graph
from faq_index.encoder import Tokens, Vector, unit_rows

Tensor = NDArray[np.float32]
# Fewer texts are read one by one: nothing is padded.
_FEW = 8
# Of more, so many of about one length are read together, by as many threads as there are cores.
_BATCH = 32


def pooled(ids: NDArray[np.intp], middle: Tensor, last: Tensor) -> tuple[Vector, Tokens]:
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
        weights: dict[str, Tensor] = load_file(folder / "model.safetensors")
        shape = Shape(
            int(config["num_hidden_layers"]),
            int(config["num_attention_heads"]),
            int(config["hidden_size"]),
            float(config["layer_norm_eps"]),
        )
        self._session = _session(encoder_graph(weights, shape))
        self._words = weights["embeddings.word_embeddings.weight"]
        # A text has one part, so the embedding of the part is the same at every place.
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        self._places = weights["embeddings.position_embeddings.weight"] + kind
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(int(limits["max_seq_length"]))
        self._tokenizer.no_padding()
        self._vocabulary = frozenset(self._tokenizer.get_vocab())

    def knows(self, word: str) -> bool:
        """Is it a word of its own, and not put together from pieces? In small letters."""
        return word in self._vocabulary

    def read(self, texts: Sequence[str]) -> list[tuple[Vector, Tokens]]:
        """The vector and the tokens of each text; see `pooled`."""
        tokens = [np.array(each.ids) for each in self._tokenizer.encode_batch_fast(list(texts))]
        if len(tokens) <= _FEW:
            return [row for each in tokens for row in self._states([each])]
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        found: dict[int, tuple[Vector, Tokens]] = {}
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            states = pool.map(self._states, [[tokens[i] for i in batch] for batch in batches])
            for batch, rows in zip(batches, states, strict=True):
                found.update(zip(batch, rows, strict=True))
        return [found[i] for i in range(len(tokens))]

    def _states(self, texts: Sequence[NDArray[np.intp]]) -> list[tuple[Vector, Tokens]]:
        longest = max(map(len, texts))
        embedded = np.zeros((len(texts), longest, self._words.shape[1]), dtype=np.float32)
        mask = np.zeros((len(texts), longest), dtype=np.int32)
        for row, ids in enumerate(texts):
            embedded[row, : len(ids)] = self._words[ids] + self._places[: len(ids)]
            mask[row, : len(ids)] = 1
        middle, last = self._session.run(None, {"embedded": embedded, "mask": mask})
        return [
            pooled(ids, middle[row, : len(ids)], last[row, : len(ids)])
            for row, ids in enumerate(texts)
        ]


def _session(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # A question is too short to be shared among cores, and customers ask side by side.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Freed memory is given back instead of being kept for the longest batch ever seen.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
