"""A BERT encoder's weights as an ONNX graph of fused operators.

Written down from the weights themselves, so neither PyTorch nor an exporter is needed. The
operators of the domain `com.microsoft` are ONNX Runtime's own: attention with query, key and value
in one product, and addition, bias and normalisation in one pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.float32]
_FUSED = "com.microsoft"
# Of the standard operators and the file format: what onnxruntime 1.17 and later read.
_OPSET, _IR = 17, 8
_PARTS = ("query", "key", "value")


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a model's config.json the graph depends on."""

    layers: int
    heads: int
    width: int
    epsilon: float


def encoder_graph(weights: Mapping[str, Tensor], shape: Shape, lower: int = 0) -> bytes:
    """A model from `embedded` (texts, tokens, width), the sum of a text's embeddings, and `mask`
    (texts, tokens), 1 for a token and 0 for padding, to the states `lower`, `middle` and `last`,
    each (texts, tokens, width): those after `lower` layers, of the last layer but one and of the
    last."""
    graph = _Graph(weights, shape)
    states = [graph.normalised("embedded", "embeddings.LayerNorm")]
    for number in range(shape.layers):
        states.append(graph.layer(states[-1], f"encoder.layer.{number}"))
    found = {"lower": states[lower], "middle": states[-2], "last": states[-1]}
    return graph.serialised("embedded", found)


def upper_graph(weights: Mapping[str, Tensor], shape: Shape, lower: int) -> bytes:
    """A model of the layers above: from `lower` and `mask`, as above, to `last`."""
    graph = _Graph(weights, shape)
    state = "lower"
    for number in range(lower, shape.layers):
        state = graph.layer(state, f"encoder.layer.{number}")
    return graph.serialised("lower", {"last": state})


class _Graph:
    """Nodes and constants so far; every method returns the name of what it added."""

    def __init__(self, weights: Mapping[str, Tensor], shape: Shape) -> None:
        self._weights = weights
        self._shape = shape
        self._nodes: list[Any] = []
        self._constants: dict[str, Tensor] = {}

    def layer(self, state: str, name: str) -> str:
        attended = self._attended(state, f"{name}.attention.self")
        mixed = self._product(attended, f"{name}.attention.output.dense")
        state = self._added(mixed, state, f"{name}.attention.output")
        inner = self._product(state, f"{name}.intermediate.dense")
        bias = self._constant(f"{name}.intermediate.dense.bias")
        inner = self._node("BiasGelu", [inner, bias], f"{name}.intermediate")
        return self._added(self._product(inner, f"{name}.output.dense"), state, f"{name}.output")

    def normalised(self, state: str, name: str) -> str:
        inputs = [state, self._constant(f"{name}.weight"), self._constant(f"{name}.bias")]
        epsilon = self._shape.epsilon
        return self._node("LayerNormalization", inputs, name, domain="", axis=-1, epsilon=epsilon)

    def _attended(self, state: str, name: str) -> str:
        parts = [self._weights[f"{name}.{part}.weight"].T for part in _PARTS]
        biases = [self._weights[f"{name}.{part}.bias"] for part in _PARTS]
        self._constants[f"{name}.weight"] = np.ascontiguousarray(np.hstack(parts))
        self._constants[f"{name}.bias"] = np.concatenate(biases)
        inputs = [state, f"{name}.weight", f"{name}.bias", "mask"]
        return self._node("Attention", inputs, name, num_heads=self._shape.heads)

    def _product(self, state: str, name: str) -> str:
        weight = f"{name}.weight"
        self._constants[weight] = np.ascontiguousarray(self._weights[weight].T)
        return self._node("MatMul", [state, weight], name, domain="")

    def _added(self, new: str, state: str, name: str) -> str:
        norm = f"{name}.LayerNorm"
        names = [f"{norm}.weight", f"{norm}.bias", f"{name}.dense.bias"]
        inputs = [new, state, *map(self._constant, names)]
        return self._node("SkipLayerNormalization", inputs, norm, epsilon=self._shape.epsilon)

    def _constant(self, name: str) -> str:
        self._constants[name] = self._weights[name]
        return name

    def _node(
        self, kind: str, inputs: list[str], name: str, *, domain: str = _FUSED, **more: Any
    ) -> str:
        from onnx import helper

        result = f"{name}:{kind}"
        self._nodes.append(helper.make_node(kind, inputs, [result], domain=domain, **more))
        return result

    def serialised(self, given: str, found: Mapping[str, str]) -> bytes:
        """From the tensor `given` to the states in `found`, each under its name."""
        from onnx import TensorProto, helper, numpy_helper

        nodes = [
            *self._nodes,
            *(helper.make_node("Identity", [state], [name]) for name, state in found.items()),
        ]
        size: list[str | int | None] = ["texts", "tokens", self._shape.width]
        tensor = helper.make_tensor_value_info
        graph = helper.make_graph(
            nodes,
            "encoder",
            [tensor(given, TensorProto.FLOAT, size), tensor("mask", TensorProto.INT32, size[:2])],
            [tensor(name, TensorProto.FLOAT, size) for name in found],
            [numpy_helper.from_array(value, name) for name, value in self._constants.items()],
        )
        domains = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        model = helper.make_model(graph, opset_imports=domains, ir_version=_IR)
        data: bytes = model.SerializeToString()
        return data
