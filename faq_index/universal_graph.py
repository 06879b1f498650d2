"""Universal Sentence Encoder Multilingual 3 as an ONNX graph (Yang et al., 2020).

The words' embeddings are read by convolutions over two, three and five of them side by side; what
these find is added up over the text and goes through a deep averaging network with shortcuts.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from faq_index.onnx_graph import Graph, Tensor

DIM = 512
# Embeddings looked at together, and how many of them stand before the one in question.
_ORDERS = ((2, 0), (3, 1), (5, 2))
# The widest of these windows.
BEFORE, WINDOW = 2, 5
_WIDTH = 256


def universal_graph(weights: Mapping[str, Tensor]) -> bytes:
    """A model over texts whose tokens stand one after the other. From `embedded` (tokens, DIM);
    `window` (tokens, WINDOW), where around each token its neighbours stand, and the number of
    tokens where there is none; `mean` (texts, tokens), the share of each token in its text's mean;
    and `root` (texts, 1), the sum of that; to `vectors` (texts, DIM), not of unit length.

    `weights` are those of the package, by its own names."""
    graph, epsilon = Graph(), float(weights["eps"])
    reader = _Reader(graph, weights, epsilon)
    found = reader.normalised(reader.convolved(), "ln", weights["ln_g"], weights["ln_b"])
    state = graph.node("MatMul", ["mean", found], "mean.of")
    state = reader.product(state, "cnn_W")
    bias = graph.constant("cnn_b", weights["cnn_b"])
    shift = graph.node("Mul", ["root", bias], "cnn.shift")
    vectors = reader.averaged(graph.node("Add", [state, shift], "cnn"))
    given: dict[str, tuple[str | int, ...]] = {
        "embedded": ("tokens", DIM),
        "window": ("tokens", WINDOW),
        "mean": ("texts", "tokens"),
        "root": ("texts", 1),
    }
    return graph.serialised(given, {"vectors": vectors}, whole=["window"])


class _Reader:
    """What the two halves of the encoder share; every method returns the name of a state."""

    def __init__(self, graph: Graph, weights: Mapping[str, Tensor], epsilon: float) -> None:
        self._graph = graph
        self._weights = weights
        self._epsilon = epsilon

    def product(self, state: str, name: str, bias: str | None = None) -> str:
        """The package multiplies from the other side."""
        shift = self._weights[bias] if bias else None
        return self._graph.product(state, name, self._weights[name].T, shift)

    def normalised(self, state: str, name: str, scale: Tensor, shift: Tensor) -> str:
        return self._graph.normalised(state, name, scale, shift, self._epsilon)

    def convolved(self) -> str:
        """(tokens, DIM + 3 _WIDTH): the embeddings and what each order makes of them."""
        graph = self._graph
        graph.constant("nothing", np.zeros((1, _WIDTH), dtype=np.float32))
        whole, scale, shift = self._joined("proj"), self._joined("ln_g"), self._joined("ln_b")
        states = graph.product("embedded", "proj", whole.T, self._joined("proj_b"))
        # All three are made even together.
        states = self.normalised(states, "proj.ln", scale, shift)
        found = ["embedded"]
        for place, (order, before) in enumerate(_ORDERS):
            first = BEFORE - before
            around = self._part("window", f"window{order}", first, first + order)
            own = place * _WIDTH, (place + 1) * _WIDTH
            state = self._part(states, f"proj{order}", *own)
            for depth in (1, 2):
                state = self._convolution(state, around, order, depth)
            found.append(state)
        return graph.node("Concat", found, "features", axis=1)

    def _joined(self, name: str) -> Tensor:
        """Of all orders, one behind the other."""
        return np.concatenate([self._weights[f"{name}{order}"] for order, _ in _ORDERS], axis=-1)

    def _part(self, state: str, name: str, first: int, behind: int) -> str:
        """Columns of a state."""
        places = [
            self._graph.constant(f"{name}.{end}", np.array([value], dtype=np.int64))
            for end, value in (("first", first), ("behind", behind), ("axis", 1))
        ]
        return self._graph.node("Slice", [state, *places], name)

    def _convolution(self, state: str, around: str, order: int, depth: int) -> str:
        graph, name = self._graph, f"w{depth}_{order}"
        rows = graph.node("Concat", [state, "nothing"], f"{name}.rows", axis=0)
        near = graph.node("Gather", [rows, around], f"{name}.near", axis=0)
        shape = graph.constant(f"{name}.shape", np.array([-1, order * _WIDTH], dtype=np.int64))
        near = graph.node("Reshape", [near, shape], f"{name}.near")
        new = self.product(near, name, f"b{depth}_{order}")
        new = graph.node("Relu", [new], name)
        return graph.node("Add", [new, state], name)

    def averaged(self, state: str) -> str:
        """The network above the mean: (texts, DIM)."""
        graph = self._graph
        first = graph.node("Relu", [self.product(state, "d0")], "d0")
        second = [self.product(state, "p1"), self.product(first, "d1")]
        middle = graph.node("Relu", [graph.node("Add", second, "d1")], "d1")
        third = graph.node("Relu", [self.product(middle, "d2")], "d2")
        last = [self.product(middle, "p3"), self.product(third, "d3")]
        return graph.node("Tanh", [graph.node("Add", last, "d3")], "d3")
