"""Products with one scale for a whole state: right, even where a channel is far louder than others,
and only where the processor gets them right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from faq_index.bert_graph import Shape, encoder_graph, entering, watched_graph
from faq_index.encoder import unit_rows
from faq_index.encoders import MiniLm, packaged_minilm
from faq_index.forward import Forward, UpperForward
from faq_index.minilm import load_minilm
from faq_index.onnx_graph import Graph, Tensor, quick_products_are_right, session_of
from faq_index.spans import Linear, Span, quick_products, rounded, spans_of, states_of

WIDTH, LOUD = 64, 5
CHANCE = np.random.default_rng(1)
SMALL = Shape(layers=2, heads=2, width=WIDTH, epsilon=1e-12)
TEXTS = ["May I renew a book?", "no", "How long is the waiting list for a popular novel?"]


@pytest.fixture
def tried_anew() -> Iterator[None]:
    quick_products_are_right.cache_clear()
    yield
    quick_products_are_right.cache_clear()


def drawn(*shape: int) -> Tensor:
    return CHANCE.standard_normal(shape).astype(np.float32)


def multiplied(state: Tensor, weights: Tensor, bias: Tensor, even: bool) -> Tensor:
    graph, span = Graph(), Span(state.min(axis=0), state.max(axis=0))
    linear = Linear("product", weights, bias)
    if even:
        [found] = quick_products(graph, "state", "own", span, 0.7, [linear])
    else:
        found = graph.quick_product(rounded(graph, "state", "own", span), *linear)
    model = graph.serialised({"state": ("rows", WIDTH)}, {"found": found})
    [states] = states_of(model, [{"state": state}])
    return states["found"]


def needs_quick_products() -> None:
    if not quick_products_are_right():
        pytest.skip("this processor gets them wrong")


def test_a_loud_channel_leaves_the_others_their_precision() -> None:
    needs_quick_products()
    state, weights, bias = drawn(40, WIDTH), drawn(32, WIDTH), drawn(32)
    state[:, LOUD] *= 50
    right = state @ weights.T + bias
    plain, even = (np.abs(multiplied(state, weights, bias, each) - right) for each in (False, True))
    assert even.mean() < plain.mean() / 3
    assert even.max() < 0.02 * np.abs(right).max()


def test_what_reaches_further_than_the_samples_is_cut_off_there() -> None:
    needs_quick_products()
    graph = Graph()
    numbers = graph.rounded("state", "own", -1.0, 2.0)
    product = graph.quick_product(numbers, "product", np.eye(WIDTH, dtype=np.float32))
    session = session_of(graph.serialised({"state": ("rows", WIDTH)}, {"found": product}))
    state = np.linspace(-3, 3, WIDTH, dtype=np.float32)[None]
    [found] = session.run(None, {"state": state})
    assert np.allclose(found, np.clip(state, -1, 2), atol=3 / 255)


@pytest.mark.usefixtures("tried_anew")
def test_a_processor_that_loses_the_largest_sums_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Saturating:
        def run(self, _: None, given: dict[str, Tensor]) -> list[Tensor]:
            """Two products of 255 and 127 do not fit in sixteen bits."""
            return [given["state"] * np.float32(WIDTH * 32767 / (2 * 255 * 127))]

    monkeypatch.setattr("faq_index.onnx_graph.session_of", lambda _: Saturating())
    assert not quick_products_are_right()


def test_quick_layers_read_as_careful_ones_do() -> None:
    needs_quick_products()
    weights = small_bert()
    given = {"embedded": drawn(3, 9, WIDTH), "mask": np.ones((3, 9), dtype=np.int32)}
    given["mask"][0, 4:] = 0
    tokens = given["mask"] == 1
    alone = [{name: value[row : row + 1] for name, value in given.items()} for row in (1, 2)]
    spans = spans_of(states_of(watched_graph(weights, SMALL), alone))
    assert entering(0) in spans and entering(1) in spans
    [careful], [quick] = (
        states_of(encoder_graph(weights, SMALL, 1, each), [given]) for each in ({}, spans)
    )
    for name in ("lower", "middle", "last"):
        ours, theirs = (unit_rows(each[name][tokens]) for each in (quick, careful))
        assert np.einsum("ij,ij->i", ours, theirs).min() > 0.998
    assert not np.array_equal(careful["last"], quick["last"])


def small_bert() -> dict[str, Tensor]:
    """Its normalisations have a loud channel and do not lie around zero."""
    weights: dict[str, Tensor] = {}
    norms = ["embeddings.LayerNorm"]
    for number in range(SMALL.layers):
        layer = f"encoder.layer.{number}"
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
        for name, outputs, inputs in (
            ("attention.self.query", WIDTH, WIDTH),
            ("attention.self.key", WIDTH, WIDTH),
            ("attention.self.value", WIDTH, WIDTH),
            ("attention.output.dense", WIDTH, WIDTH),
            ("intermediate.dense", 4 * WIDTH, WIDTH),
            ("output.dense", WIDTH, 4 * WIDTH),
        ):
            weights[f"{layer}.{name}.weight"] = drawn(outputs, inputs) / np.float32(inputs**0.5)
            weights[f"{layer}.{name}.bias"] = drawn(outputs) / np.float32(10)
    for norm in norms:
        weights[f"{norm}.weight"] = np.ones(WIDTH, dtype=np.float32)
        weights[f"{norm}.bias"] = drawn(WIDTH)
        weights[f"{norm}.bias"][LOUD] = 15
    return weights


@pytest.mark.model
def test_tuned_layers_do_without_quick_products_where_the_others_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("faq_index.forward.quick_products_are_right", lambda: False)
    bert = load_minilm(packaged_minilm())
    forward = Forward(bert)
    assert not forward.sampled
    upper = UpperForward(bert.weights, forward)
    found = np.stack(forward.through(TEXTS, lambda _, states: [*upper.vectors(states)]))
    assert np.allclose(found, MiniLm().encode_questions(TEXTS)[:, :384], atol=1e-4)


@pytest.mark.model
def test_a_model_is_read_alike_each_time_it_is_loaded() -> None:
    first, second = (MiniLm().encode_questions(TEXTS) for _ in range(2))
    assert np.array_equal(first, second)
