"""Labels correct the probabilities, few of them little."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq_index.partition import Found, Hit
from faq_index.recalibration import Correction, Map, learn_correction, recalibrate
from tests.faq_index.fakes import make_entry

# Other programs may hold up a single example.
QUICKLY = settings(deadline=None, max_examples=40)
Probability = st.floats(0.0, 1.0)
Labelled = st.lists(st.tuples(Probability, st.booleans()), max_size=60)
GRID = np.linspace(0, 1, 101)


def arrays(labelled: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return (
        np.array([p for p, _ in labelled], dtype=np.float64),
        np.array([right for _, right in labelled], dtype=bool),
    )


def overconfident(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Right much less often than they say: p squared."""
    chance = np.random.default_rng(seed)
    p = chance.uniform(0.05, 1.0, count)
    return p, chance.uniform(size=count) < p**2


@QUICKLY
@given(Labelled)
def test_a_surer_answer_stays_the_surer_one(labelled: list[tuple[float, bool]]) -> None:
    said = recalibrate(*arrays(labelled))(GRID)
    assert ((said >= 0) & (said <= 1)).all() and (np.diff(said) >= -1e-12).all()


def test_without_labels_nothing_changes() -> None:
    found = recalibrate(np.array([]), np.array([], dtype=bool))
    assert found == Map() and (found(GRID) == GRID).all()


def test_a_handful_changes_little() -> None:
    found = recalibrate(np.array([0.9, 0.8, 0.85]), np.array([False, True, True]))
    assert np.abs(found(GRID) - GRID).max() < 0.15


@pytest.mark.parametrize("count", [300, 3000])
def test_many_labels_are_believed(count: int) -> None:
    found = recalibrate(*overconfident(count))
    inside = np.linspace(0.2, 0.95, 16)
    assert np.abs(found(inside) - inside**2).mean() < 0.05
    assert bool(found.xs) is (count >= 1000)


@QUICKLY
@given(st.integers(0, 1000))
def test_an_isotonic_map_never_falls(seed: int) -> None:
    p, right = overconfident(1000, seed)
    said = recalibrate(np.round(p, 1), right)(GRID)
    assert (np.diff(said) >= 0).all() and said[0] >= 0 and said[-1] <= 1


def test_the_threshold_keeps_wrong_answers_rare() -> None:
    correction = learn_correction(*overconfident(800), 0.7, 0.1)
    p, right = overconfident(20_000, seed=2)
    answered = correction.map(p) >= correction.threshold
    assert 0.06 < (~right[answered]).mean() < 0.13
    assert (~right[p >= 0.7]).mean() > 0.2


def test_few_labels_leave_what_is_answered_as_it_is() -> None:
    correction = learn_correction(*overconfident(20), 0.7, 0.1)
    assert ((correction.map(GRID) >= correction.threshold) == (GRID >= 0.7)).all()


def test_when_nothing_is_safe_only_the_surest_is_answered() -> None:
    p = np.linspace(0.5, 0.99, 100)
    assert learn_correction(p, np.zeros(100, dtype=bool), 0.6, 0.1).threshold >= 0.9


@QUICKLY
@given(Probability, st.lists(Probability, max_size=4), st.floats(-3, 3), st.floats(0.2, 3))
def test_the_others_keep_their_order_behind_the_first(
    top: float, rest: list[float], shift: float, stretch: float
) -> None:
    shares = [top, *sorted((min(top, (1 - top) * each) for each in rest), reverse=True)]
    hits = tuple(Hit(make_entry(), share, "p", {}) for share in shares)
    found = Correction(Map(shift, stretch), 0.5).apply(Found(hits, max(shares), 0.9))
    said = [hit.confidence for hit in found.hits]
    assert said == sorted(said, reverse=True) and said[-1] >= 0 and said[0] <= found.choices <= 1
    assert found.threshold == 0.5


def test_nothing_found_has_nothing_to_correct() -> None:
    assert Correction(Map(1.0, 1.0), 0.5).apply(Found((), 0.0, 0.9)) == Found((), 0.0, 0.5)
