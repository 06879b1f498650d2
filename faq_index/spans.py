"""How far the states of an encoder reach, and how its products become quick ones by that.

One scale for a whole state is fine enough only where its channels reach about equally far. In a
transformer a few reach ten times as far as the others, at a single token. So channels are made even
beforehand: what a state is divided by, the weights are multiplied with (SmoothQuant, Xiao et al.
2023). Which channels those are is not known before something has been read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq_index.onnx_graph import Graph, Rounded, Tensor, session_of

# What people may yet write reaches a little further than what was read.
_ROOM = np.float32(1.1)


class Span(NamedTuple):
    """The least and the greatest value of each channel."""

    least: Tensor
    greatest: Tensor

    @property
    def middle(self) -> Tensor:
        found: Tensor = (self.least + self.greatest) / np.float32(2)
        return found


Spans = Mapping[str, Span]
# What a model is given, by the names of its inputs.
Given = Mapping[str, NDArray[np.generic]]


class Linear(NamedTuple):
    """Weights (outputs, inputs) of a product and what is added to it, under a name."""

    name: str
    weights: Tensor
    bias: Tensor | None


def states_of(model: bytes, samples: Iterable[Given]) -> list[dict[str, Tensor]]:
    """What a model finds in each of the samples, each under its name."""
    session = session_of(model)
    names = [each.name for each in session.get_outputs()]
    return [dict(zip(names, session.run(names, dict(each)), strict=True)) for each in samples]


def spans_of(found: Iterable[Mapping[str, Tensor]]) -> Spans:
    """Of states (..., channels), over all samples."""
    spans: dict[str, Span] = {}
    for states in found:
        for name, state in states.items():
            rows = state.reshape(-1, state.shape[-1])
            own = Span(rows.min(axis=0), rows.max(axis=0))
            so_far = spans.get(name, own)
            spans[name] = Span(
                np.minimum(so_far.least, own.least), np.maximum(so_far.greatest, own.greatest)
            )
    return spans


def evened(graph: Graph, state: str, name: str, span: Span, share: float) -> tuple[Rounded, Tensor]:
    """A state as whole numbers, after its channels were divided by the factors that come along.
    `share` is how much of the channels' unevenness goes over to the weights that are multiplied
    with the factors; all of it would leave these too uneven."""
    reach = np.maximum(np.abs(span.least), np.abs(span.greatest))
    # The paper divides by a power of the weights as well; that makes these products no better.
    factors = np.maximum(reach, np.float32(1e-3)) ** np.float32(share)
    even = graph.constant(f"{name}.even", np.float32(1) / factors)
    state = graph.node("Mul", [state, even], f"{name}.even")
    span = Span(span.least / factors, span.greatest / factors)
    return rounded(graph, state, name, span), factors


def rounded(graph: Graph, state: str, name: str, span: Span) -> Rounded:
    """A state as whole numbers, with some room beyond its span."""
    least, greatest = span.least.min() * _ROOM, span.greatest.max() * _ROOM
    return graph.rounded(state, name, float(least), float(greatest))


def quick_products(
    graph: Graph, state: str, name: str, span: Span, share: float, linears: Sequence[Linear]
) -> list[str]:
    """Of one state with each of the weights; see `evened`."""
    numbers, factors = evened(graph, state, name, span, share)
    return [graph.quick_product(numbers, part, own * factors, bias) for part, own, bias in linears]
