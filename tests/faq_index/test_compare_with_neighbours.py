"""A question belongs to the entry whose phrasings explain it best together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from faq_index.classifier import Kernel, held_out_scores, ridge
from faq_index.encoder import Tokens, unit_rows
from faq_index.late import LateMatcher

KERNEL = Kernel(words=0.0, characters=0.1)


def kernel_of(seed: int, rows: int) -> np.ndarray:
    vectors = unit_rows(np.random.default_rng(seed).normal(size=(rows, 6)).astype(np.float32))
    cosines = vectors @ vectors.T
    return KERNEL.of(cosines, np.zeros_like(cosines), np.maximum(cosines, 0.0))


@given(st.integers(0, 10_000))
def test_holding_a_phrasing_out_is_a_fit_without_it(seed: int) -> None:
    among, owners = kernel_of(seed, 9), np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
    quick = held_out_scores(among.astype(np.float64), owners)
    for row in range(9):
        rest = np.delete(np.arange(9), row)
        entries, scores = ridge(among[np.ix_(rest, rest)], among[row, rest], owners[rest])
        assert np.allclose(quick[row, entries], scores, atol=1e-4)


def test_a_question_like_no_phrasing_belongs_nowhere() -> None:
    among = np.eye(4, dtype=np.float32)
    entries, scores = ridge(among, np.zeros(4, dtype=np.float32), np.array([0, 0, 3, 3]))
    assert entries.tolist() == [0, 3] and scores.tolist() == [0.0, 0.0]


def test_words_may_come_from_several_phrasings_of_one_entry() -> None:
    words = np.eye(4, dtype=np.float32)

    def text(*ids: int) -> Tokens:
        return Tokens(np.array(ids), words[list(ids)])

    late = LateMatcher.over([text(0), text(1), text(2), text(3, 3)])
    both, one = late.scores(text(0, 1), [(0, 2), (2, 4)], None)
    assert both > 0.99 and one < 0.01
    hidden = np.array([True, False, False, False])
    assert late.scores(text(0, 1), [(0, 2)], hidden)[0] < both
    assert late.scores(Tokens(np.zeros(0, np.intp), words[:0]), [(0, 2)], None).tolist() == [0.0]
