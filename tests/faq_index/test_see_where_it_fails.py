"""A support lead sees where confidence can be believed and which entries are mistaken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq_index.diagnosis import calibration_error, confusions, reliability, risk_coverage
from faq_index.metrics import Outcome


def outcome(meant: str, found: str, confidence: float, decision: str = "answer") -> Outcome:
    relevant = frozenset({meant} if meant else ())
    return Outcome(relevant, (found, "other"), confidence, decision)


some = st.lists(
    st.builds(
        outcome,
        st.sampled_from(["", "a", "b"]),
        st.sampled_from(["a", "b"]),
        st.floats(0.0, 1.0),
        st.sampled_from(["answer", "suggest", "no_answer"]),
    ),
    max_size=60,
)


def test_each_bin_says_how_sure_it_was_and_how_often_right() -> None:
    found = [outcome("a", "a", 0.95), outcome("a", "b", 0.91), outcome("b", "b", 1.0)]
    last = reliability(found)[-1]
    assert (last.questions, last.said) == (3, pytest.approx(0.9533, abs=1e-3))
    assert last.right == pytest.approx(2 / 3)
    assert calibration_error(reliability(found)) == pytest.approx(0.9533 - 2 / 3, abs=1e-3)


def test_the_entries_most_often_mistaken_come_first() -> None:
    found = [
        outcome("a", "b", 0.9),
        outcome("a", "b", 0.4, "suggest"),
        outcome("b", "a", 0.8),
        outcome("a", "a", 0.8),
        outcome("", "a", 0.8),
    ]
    first, second = confusions(found)
    assert (first.meant, first.found, first.questions, first.answered) == ("a", "b", 2, 1)
    assert (second.meant, second.found) == ("b", "a")


@given(some)
def test_every_question_is_in_one_bin_and_the_curve_ends_with_all(found: list[Outcome]) -> None:
    bins = reliability(found)
    assert sum(each.questions for each in bins) == len(found)
    assert 0.0 <= calibration_error(bins) <= 1.0
    curve = risk_coverage(found)
    assert len(found) < 10 or curve[-1].coverage == 1.0
    assert [each.coverage for each in curve] == sorted(each.coverage for each in curve)
    assert all(0.0 <= each.risk <= 1.0 for each in curve)
