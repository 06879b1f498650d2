"""Universal Sentence Encoder Multilingual 3 as an ONNX graph (Yang et al., 2020).

The words' embeddings are read by convolutions over two, three and five of them side by side; what
these find is added up over the text and goes through a deep averaging network with shortcuts.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from faq_index.onnx_graph import Graph, Tensor
from faq_index.spans import Spans, evened

DIM = 512
# Embeddings looked at together, and how many of them stand before the one in question.
_ORDERS = ((2, 0), (3, 1), (5, 2))
# The widest of these windows.
BEFORE, WINDOW = 2, 5
_WIDTH = 256
# How much of the unevenness of channels goes over to the weights: see `evened`. With more of it,
# a text unlike all samples loses more of what it alone makes loud.
_SHARE = 0.5
_TOKENS: Mapping[str, tuple[str | int, ...]] = {
    "embedded": ("tokens", DIM),
    "window": ("tokens", WINDOW),
}


def universal_graph(weights: Mapping[str, Tensor], spans: Spans | None = None) -> bytes:
    """A model over texts whose tokens stand one after the other. From `embedded` (tokens, DIM);
    `window` (tokens, WINDOW), where around each token its neighbours stand, and the number of
    tokens where there is none; `mean` (texts, tokens), the share of each token in its text's mean;
    and `root` (texts, 1), the sum of that; to `vectors` (texts, DIM), not of unit length.

    `weights` are those of the package, by its own names. Products whose state has one of the
    `spans` are quick ones: those of the convolutions. A row that a text has only one of takes no
    less time that way, and the embeddings are too uneven for it."""
    graph = Graph()
    reader = _Reader(graph, weights, spans or {})
    found = reader.normalised(reader.convolved(), "ln", weights["ln_g"], weights["ln_b"])
    state = graph.node("MatMul", ["mean", found], "mean.of")
    state = reader.product(state, "cnn_W")
    bias = graph.constant("cnn_b", weights["cnn_b"])
    shift = graph.node("Mul", ["root", bias], "cnn.shift")
    vectors = reader.averaged(graph.node("Add", [state, shift], "cnn"))
    return graph.serialised(
        {**_TOKENS, "mean": ("texts", "tokens"), "root": ("texts", 1)},
        {"vectors": vectors},
        whole=["window"],
    )


def watched_graph(weights: Mapping[str, Tensor]) -> bytes:
    """From `embedded` and `window`, as above, to the states whose spans it asks for."""
    graph = Graph()
    reader = _Reader(graph, weights, {})
    reader.convolved()
    return graph.serialised(_TOKENS, reader.watched, whole=["window"])


class _Reader:
    """What the two halves of the encoder share; every method returns the name of a state."""

    def __init__(self, graph: Graph, weights: Mapping[str, Tensor], spans: Spans) -> None:
        self._graph = graph
        self._weights = weights
        self._spans = spans
        self._epsilon = float(weights["eps"])
        self.watched: dict[str, str] = {}

    def product(self, state: str, name: str) -> str:
        """The package multiplies from the other side."""
        return self._graph.product(state, name, self._weights[name].T)

    def normalised(self, state: str, name: str, scale: Tensor, shift: Tensor) -> str:
        return self._graph.normalised(state, name, scale, shift, self._epsilon)

    def convolved(self) -> str:
        """(tokens, DIM + 3 _WIDTH): the embeddings and what each order makes of them."""
        graph = self._graph
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
        self.watched[name] = state
        weights, bias = self._weights[name].T, self._weights[f"b{depth}_{order}"]
        if name not in self._spans:
            nothing = graph.constant("nothing", np.zeros((1, _WIDTH), dtype=np.float32))
            new = graph.product(
                self._near(state, nothing, around, order, name), name, weights, bias
            )
        else:
            rounded, factors = evened(graph, state, name, self._spans[name], _SHARE)
            # What zero became is no token's own, and stands where there is none.
            row = graph.constant("row", np.array([1, _WIDTH], dtype=np.int64))
            nothing = graph.node("Expand", [rounded.zero, row], f"{name}.nothing")
            near = self._near(rounded.numbers, nothing, around, order, name)
            weights = weights * np.tile(factors, order)
            new = graph.quick_product(rounded._replace(numbers=near), name, weights, bias)
        new = graph.node("Relu", [new], name)
        return graph.node("Add", [new, state], name)

    def _near(self, state: str, nothing: str, around: str, order: int, name: str) -> str:
        """Of each token the rows around it, one behind the other (tokens, order _WIDTH)."""
        graph = self._graph
        rows = graph.node("Concat", [state, nothing], f"{name}.rows", axis=0)
        near = graph.node("Gather", [rows, around], f"{name}.near", axis=0)
        shape = graph.constant(f"{name}.shape", np.array([-1, order * _WIDTH], dtype=np.int64))
        return graph.node("Reshape", [near, shape], f"{name}.near")

    def averaged(self, state: str) -> str:
        """The network above the mean: (texts, DIM)."""
        graph = self._graph
        first = graph.node("Relu", [self.product(state, "d0")], "d0")
        second = [self.product(state, "p1"), self.product(first, "d1")]
        middle = graph.node("Relu", [graph.node("Add", second, "d1")], "d1")
        third = graph.node("Relu", [self.product(middle, "d2")], "d2")
        # Half of what rounding would do to a vector it would do here.
        shortcut = graph.node("MatMul", [middle, graph.constant("p3", self._weights["p3"])], "p3")
        last = [shortcut, self.product(third, "d3")]
        return graph.node("Tanh", [graph.node("Add", last, "d3")], "d3")
