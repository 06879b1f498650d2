"""What goes through few documents finds what going through all of them would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq_index.encoder import Tokens
from faq_index.kernels import highest, nth_highest
from faq_index.late import LateMatcher
from faq_index.lexical import Bm25, Cosines

# The first letters stand in most texts, so their lists are long and are not gone through.
LETTERS = st.sampled_from("aaaaaabbbbcccddefghijklmnopqrstuvwxyz")
TEXTS = st.lists(st.lists(LETTERS, max_size=8).map(" ".join), min_size=1, max_size=60)
KINDS = st.sampled_from([Cosines, Bm25])


@settings(max_examples=150, deadline=None)
@given(texts=TEXTS, asked=st.lists(LETTERS, max_size=6), count=st.integers(1, 5), kind=KINDS)
def test_the_best_by_words_are_those_of_all(
    texts: list[str], asked: list[str], count: int, kind: type[Cosines] | type[Bm25]
) -> None:
    """Property: whatever stands in the texts and is asked, unknown words too."""
    matcher = kind.over(texts, str.split)
    query = matcher.query(asked)
    weights = np.zeros(matcher.matrix.shape[1])
    weights[query.columns] = query.scaled
    every = matcher.matrix @ weights
    found, least = matcher.best(query, count)
    right = np.sort(every[every > 2e-5])[::-1][:count]
    assert len(found) >= len(right)
    assert np.sort(every[found])[::-1][: len(right)] == pytest.approx(right, abs=1e-5)
    assert matcher.at(found, query) == pytest.approx(every[found], abs=1e-5)
    assert least == pytest.approx(right[-1] if len(right) == count else 0.0, abs=2e-5)


@given(st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 0.75]), max_size=30), st.integers(1, 6))
def test_of_equal_scores_the_first_counts(scores: list[float], count: int) -> None:
    """Property: whatever the order."""
    every = np.array(scores, dtype=np.float32)
    order = np.argsort(-every, kind="stable")
    assert highest(every, count).tolist() == [row for row in order if every[row] > 0][:count]
    wanted = every[order[count - 1]] if len(every) >= count else -np.inf
    assert nth_highest(every, count) == wanted


@settings(max_examples=40, deadline=None)
@given(sizes=st.lists(st.integers(0, 4), min_size=1, max_size=6), seed=st.integers(0, 99))
def test_each_word_meets_its_nearest_in_every_entry(sizes: list[int], seed: int) -> None:
    """Property: however many words a phrasing has, none too, and whichever is held out."""
    draw = np.random.default_rng(seed)

    def tokens(count: int) -> Tokens:
        vectors = draw.standard_normal((count, 12)).astype(np.float32)
        return Tokens(
            draw.integers(0, 9, count), vectors / np.linalg.norm(vectors, axis=1)[:, None]
        )

    phrasings = [*map(tokens, sizes), tokens(3)]
    late, asked = LateMatcher.over(phrasings), tokens(int(draw.integers(1, 7)))
    hidden = draw.random(len(phrasings)) < 0.3
    spans = [(first, first + 1) for first in range(len(phrasings))]
    weights = late.scores(asked, [(0, len(phrasings))], None)
    assert -1.0 <= weights[0] <= 1.0 + 1e-5
    found = late.scores(Tokens(asked.ids[:1], asked.vectors[:1]), spans, hidden)
    for own, is_hidden, score in zip(phrasings, hidden, found, strict=True):
        best = -1.0 if is_hidden else (own.vectors @ asked.vectors[0]).max(initial=-1.0)
        assert score == pytest.approx(best if len(own.ids) else 0.0, abs=1e-3)
