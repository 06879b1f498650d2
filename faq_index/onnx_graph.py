"""Writes an encoder's forward pass down as an ONNX graph, from the weights themselves.

So neither PyTorch nor an exporter is needed. Weights are whole numbers of eight bits, and what they
are multiplied with is rounded alike on the way. There are two forms: numbers side by side share a
scale, which suits any state, or each output has one and the state another, which takes less than
half the time where the states are known beforehand. The operators of the domain `com.microsoft` are
ONNX Runtime's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.float32]
Constant = NDArray[np.float32] | NDArray[np.uint8] | NDArray[np.int8] | NDArray[np.int64]
_FUSED = "com.microsoft"
# Of the standard operators and the file format: what onnxruntime 1.17 and later read.
_OPSET, _IR = 17, 8
# ONNX Runtime's word for whole numbers on both sides.
_WHOLE_NUMBERS = 4
_ZERO, _LARGEST = 128, 127
# The whole numbers of a state that is rounded with one scale.
_STEPS = 255
# Weights that share a scale. Half as many make a product a fifth slower and no figure better.
_BLOCK = 64


class Rounded(NamedTuple):
    """The names of a state as whole numbers from 0 to 255, of its scale and of what 0 became."""

    numbers: str
    scale: str
    zero: str


class Graph:
    """Nodes and constants so far; every method returns the name of what it added."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: dict[str, Constant] = {}

    def constant(self, name: str, value: Constant) -> str:
        self._constants[name] = value
        return name

    def node(
        self, kind: str, inputs: Sequence[str], name: str, *, fused: bool = False, **more: Any
    ) -> str:
        """`fused` operators are ONNX Runtime's own, the others everybody's."""
        from onnx import helper

        result = f"{name}:{kind}"
        domain = _FUSED if fused else ""
        self._nodes.append(helper.make_node(kind, list(inputs), [result], domain=domain, **more))
        return result

    def product(self, state: str, name: str, weights: Tensor, bias: Tensor | None = None) -> str:
        """Of a state (..., inputs) with weights (outputs, inputs)."""
        numbers, scales = in_whole_numbers(weights)
        inputs = [
            state,
            self.constant(f"{name}.numbers", numbers),
            self.constant(f"{name}.scales", scales),
        ]
        if bias is not None:
            inputs += ["", "", self.constant(f"{name}.bias", bias)]
        outputs, width = weights.shape
        sizes = {"K": width, "N": outputs, "block_size": _BLOCK}
        levels = {"bits": 8, "accuracy_level": _WHOLE_NUMBERS}
        return self.node("MatMulNBits", inputs, name, fused=True, **sizes, **levels)

    def rounded(self, state: str, name: str, least: float, greatest: float) -> Rounded:
        """What lies outside is taken for the end it is nearest to."""
        least, greatest = min(least, 0.0), max(greatest, 0.0)
        step = max((greatest - least) / _STEPS, 1e-12)
        scale = self.constant(f"{name}.step", np.array(step, dtype=np.float32))
        zero = self.constant(f"{name}.zero", np.array(round(-least / step), dtype=np.uint8))
        return Rounded(self.node("QuantizeLinear", [state, scale, zero], name), scale, zero)

    def quick_product(
        self, state: Rounded, name: str, weights: Tensor, bias: Tensor | None = None
    ) -> str:
        """As `product`. Only where `quick_products_are_right`."""
        scales = np.maximum(np.abs(weights).max(axis=1), np.float32(1e-12)) / np.float32(_LARGEST)
        numbers = np.rint(weights / scales[:, None]).astype(np.int8)
        inputs = [
            state.numbers,
            self.constant(f"{name}.numbers", np.ascontiguousarray(numbers.T)),
            state.scale,
            self.constant(f"{name}.scales", scales.astype(np.float32)),
            state.zero,
        ]
        if bias is not None:
            inputs += ["", self.constant(f"{name}.bias", bias)]
        return self.node("MatMulIntegerToFloat", inputs, name, fused=True)

    def normalised(
        self, state: str, name: str, scale: Tensor, shift: Tensor, epsilon: float
    ) -> str:
        """Each row of mean 0 and variance 1, then scaled and shifted. Not the operator that adds
        and normalises at once: it takes half as long again as the two apart."""
        inputs = [
            state,
            self.constant(f"{name}.weight", scale),
            self.constant(f"{name}.bias", shift),
        ]
        return self.node("LayerNormalization", inputs, name, axis=-1, epsilon=epsilon)

    def serialised(
        self,
        given: Mapping[str, Sequence[str | int]],
        found: Mapping[str, str],
        whole: Sequence[str] = (),
    ) -> bytes:
        """A model from the inputs `given`, each with its shape, to the states in `found`, each
        under its name. Inputs are float32; those of `whole` numbers int32."""
        from onnx import TensorProto, helper, numpy_helper

        nodes = [
            *self._nodes,
            *(helper.make_node("Identity", [state], [name]) for name, state in found.items()),
        ]
        inputs = [
            helper.make_tensor_value_info(
                name, TensorProto.INT32 if name in whole else TensorProto.FLOAT, list(shape)
            )
            for name, shape in given.items()
        ]
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in found]
        constants = [
            numpy_helper.from_array(value, name) for name, value in self._constants.items()
        ]
        graph = helper.make_graph(nodes, "encoder", inputs, outputs, constants)
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


def session_of(model: bytes) -> Any:
    """Runs a model, on the thread that asks."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # A question is too short to be shared among cores, and customers ask side by side.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Freed memory is given back instead of being kept for the longest batch ever seen.
    options.enable_cpu_mem_arena = False
    # More would put additions and normalisations together again.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@cache
def quick_products_are_right() -> bool:
    """Does this processor add up products of eight bits without loss? Those of before 2019 or so
    add two of them in sixteen bits, which the largest do not fit in: ONNX Runtime's documentation
    of quantization has it under `reduce_range`. So the largest are tried."""
    width = 64
    graph = Graph()
    ones = graph.rounded("state", "rounded", 0.0, 1.0)
    sums = graph.quick_product(ones, "product", np.ones((width, width), dtype=np.float32))
    session = session_of(graph.serialised({"state": ("rows", width)}, {"sums": sums}))
    # A single row is multiplied by another routine than several.
    return all(
        np.allclose(session.run(None, {"state": np.ones((rows, width), dtype=np.float32)}), width)
        for rows in (1, 16)
    )
