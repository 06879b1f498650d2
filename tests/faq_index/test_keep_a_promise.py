"""What may be promised on so many labels, and when labels contradict it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from faq_index.promise import (
    Promise,
    contradicts,
    least_answers,
    risk_controlled_threshold,
    upper_bound,
)

# Other programs may hold up a single example.
QUICKLY = settings(deadline=None, max_examples=40)
Shares = st.floats(0.01, 0.5)
Counts = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda n: (min(n), max(n)))


def promise(answers: int, wrong: int, **changes: object) -> Promise:
    values = {"language": "en", "max_wrong": 0.1, "threshold": 0.8, "labels": answers}
    return Promise(answers=answers, wrong=wrong, **(values | changes))  # type: ignore[arg-type]


def test_a_promise_states_its_bound() -> None:
    made = promise(160, 9, newest=date(2026, 11, 20))
    assert made.rate == pytest.approx(0.05625)
    assert made.bound == pytest.approx(0.0961, abs=1e-4)
    assert made.kept and not made.contradicted


@pytest.mark.parametrize(("max_wrong", "needed"), [(0.05, 59), (0.10, 29), (0.20, 14)])
def test_it_refuses_on_too_few(max_wrong: float, needed: int) -> None:
    few = promise(needed - 1, 0, max_wrong=max_wrong)
    assert (few.needed, few.bound, few.rate, few.kept) == (needed, None, None, False)
    assert promise(needed, 0, max_wrong=max_wrong).kept


@QUICKLY
@given(Counts, Shares)
def test_the_bound_is_where_so_few_wrong_answers_become_unlikely(
    counts: tuple[int, int], share: float
) -> None:
    """Covering: a share above the bound shows so few wrong answers in at most 5 % of cases."""
    wrong, answers = counts
    if share > upper_bound(wrong, answers) + 1e-9:
        assert binom.cdf(wrong, answers, share) <= 0.05 + 1e-9


@QUICKLY
@given(Counts)
def test_the_bound_rises_with_wrong_answers_and_falls_with_right_ones(
    counts: tuple[int, int],
) -> None:
    wrong, answers = counts
    bound = upper_bound(wrong, answers)
    assert (wrong / answers if answers else 1.0) <= bound <= 1.0
    assert upper_bound(wrong, answers + 1) <= bound <= upper_bound(wrong + 1, answers + 1)


@QUICKLY
@given(Shares)
def test_a_spotless_record_of_the_least_length_is_just_enough(max_wrong: float) -> None:
    needed = least_answers(max_wrong)
    assert upper_bound(0, needed) <= max_wrong + 1e-9
    assert upper_bound(0, needed - 1) > max_wrong - 1e-9


@QUICKLY
@given(Counts, Shares)
def test_what_could_be_luck_is_no_contradiction(counts: tuple[int, int], share: float) -> None:
    wrong, answers = counts
    if wrong <= answers * share:
        assert not contradicts(wrong, answers, share)
    if contradicts(wrong, answers, share) and wrong < answers:
        assert contradicts(wrong + 1, answers, share)


def test_recent_labels_contradict() -> None:
    assert promise(500, 20, recent_answers=40, recent_wrong=12).contradicted
    assert not promise(500, 20, recent_answers=40, recent_wrong=5).contradicted
    assert not promise(500, 20).contradicted


def calibrated(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that are right as often as they say."""
    chance = np.random.default_rng(seed)
    p = chance.uniform(0.3, 1.0, count)
    return p, chance.uniform(size=count) < p


def test_the_risk_controlled_threshold_keeps_its_word() -> None:
    """Of 300 choices at 90 % confidence, hardly more than 10 % may be too low. Of calibrated
    probabilities even in (0.3, 1), 1 - (t + 1) / 2 are wrong above a threshold t."""
    too_low = 0
    for seed in range(300):
        found = risk_controlled_threshold(*calibrated(seed, 400), 0.1, 0.9)
        too_low += found is not None and (1.0 - found) / 2 > 0.1
    assert too_low <= 40


@QUICKLY
@given(st.integers(0, 10_000), st.integers(0, 400))
def test_it_never_chooses_what_the_labels_do_not_show(seed: int, count: int) -> None:
    p, right = calibrated(seed, count)
    found = risk_controlled_threshold(p, right, 0.1)
    if found is not None:
        answered = p >= found
        assert upper_bound(int((answered & ~right).sum()), int(answered.sum())) <= 0.1 + 1e-9
    stricter = risk_controlled_threshold(p, right, 0.05)
    assert stricter is None or (found is not None and stricter >= found)


def test_nothing_is_sure_on_few_labels() -> None:
    assert risk_controlled_threshold(np.ones(28), np.ones(28, dtype=bool), 0.1) is None
    assert risk_controlled_threshold(np.ones(29), np.ones(29, dtype=bool), 0.1) == 0.01


def test_a_program_can_read_it() -> None:
    told = promise(160, 9, newest=date(2026, 11, 20), sure_from=0.84).as_json()
    assert (told["needed"], told["kept"], told["newest"]) == (29, True, "2026-11-20")
    assert told["contradicted"] is False and told["sure_from"] == 0.84
