"""A BERT encoder's weights as an ONNX graph of fused operators.

Written down from the weights themselves, so neither PyTorch nor an exporter is needed. The
operators of the domain `com.microsoft` are ONNX Runtime's own: attention, and addition, bias and
normalisation in one pass. Weights are whole numbers of eight bits, each 32 of them with a scale of
their own, and what they are multiplied with is rounded alike on the way. Fetching the weights is
what takes a short question's time: it is read in three quarters of it, and its vector keeps a
cosine of 0.999.
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
# Weights that share a scale, and ONNX Runtime's word for whole numbers on both sides.
_BLOCK, _WHOLE_NUMBERS = 32, 4
_ZERO, _LARGEST = 128, 127
Constant = NDArray[np.float32] | NDArray[np.uint8]


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
        self._constants: dict[str, Constant] = {}

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
        parts = [self._product(state, f"{name}.{part}", has_bias=True) for part in _PARTS]
        inputs = [*parts, "", "mask"]
        return self._node("MultiHeadAttention", inputs, name, num_heads=self._shape.heads)

    def _product(self, state: str, name: str, *, has_bias: bool = False) -> str:
        numbers, scales = in_whole_numbers(self._weights[f"{name}.weight"])
        self._constants |= {f"{name}.numbers": numbers, f"{name}.scales": scales}
        inputs = [state, f"{name}.numbers", f"{name}.scales"]
        if has_bias:
            inputs += ["", "", self._constant(f"{name}.bias")]
        outputs, width = self._weights[f"{name}.weight"].shape
        return self._node(
            "MatMulNBits",
            inputs,
            name,
            K=width,
            N=outputs,
            bits=8,
            block_size=_BLOCK,
            accuracy_level=_WHOLE_NUMBERS,
        )

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


def in_whole_numbers(weights: Tensor) -> tuple[NDArray[np.uint8], Tensor]:
    """Of (outputs, inputs) the numbers (outputs, blocks, in a block) around 128, and the scales
    (outputs * blocks,). Inputs must be whole blocks."""
    outputs, inputs = weights.shape
    blocks = weights.reshape(outputs, inputs // _BLOCK, _BLOCK)
    scales = np.maximum(np.abs(blocks).max(axis=2), np.float32(1e-12)) / np.float32(_LARGEST)
    numbers = np.rint(blocks / scales[:, :, None]) + _ZERO
    return numbers.astype(np.uint8), scales.astype(np.float32).reshape(-1)
