"""Writes an encoder's forward pass down as an ONNX graph, from the weights themselves.

So neither PyTorch nor an exporter is needed. Weights are whole numbers of eight bits, some of them
side by side with a scale of their own, and what they are multiplied with is rounded alike on the
way. Fetching the weights is what takes a short question's time. The operators of the domain
`com.microsoft` are ONNX Runtime's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.float32]
Constant = NDArray[np.float32] | NDArray[np.uint8] | NDArray[np.int64]
_FUSED = "com.microsoft"
# Of the standard operators and the file format: what onnxruntime 1.17 and later read.
_OPSET, _IR = 17, 8
# ONNX Runtime's word for whole numbers on both sides.
_WHOLE_NUMBERS = 4
_ZERO, _LARGEST = 128, 127
# Weights that share a scale. Half as many make a product a fifth slower and no figure better.
_BLOCK = 64


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
