"""Many questions asked at once are answered as each would be alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq_index import Decision, FaqIndex, build_index, dense
from faq_index.dense import DenseIndex
from faq_index.encoder import Encoded, Tokens
from faq_index.read_ahead import ReadAhead
from tests.faq_index.fakes import SHOP, SHOP_JA, TrigramEncoder, make_entry, shop, shop_ja

ENGLISH = [text for phrasings in SHOP.values() for text in phrasings]
JAPANESE = [text for phrasings in SHOP_JA.values() for text in phrasings]
KNOWN = frozenset(" ".join(ENGLISH).lower().replace("?", "").split())


class Words(TrigramEncoder):
    """Also tells the vector of each word, so that late interaction has a part in it, and which
    words there are, so that spelling is put right."""

    def knows(self, word: str) -> bool:
        return word in KNOWN

    def read(self, texts: Sequence[str]) -> Encoded:
        return Encoded(self.encode_questions(texts), tuple(map(self._tokens, texts)))

    def _tokens(self, text: str) -> Tokens:
        words = text.split()
        vectors = [self._vector(word) for word in words] or [np.zeros(self.dim, np.float32)]
        ids = [sum(map(ord, word)) for word in words] or [0]
        return Tokens(np.array(ids, dtype=np.intp), np.stack(vectors))


def misspelt(text: str, place: int) -> str:
    cut = place % max(1, len(text))
    return text[:cut] + text[cut + 1 :]


WORDS = st.sampled_from(" ".join(ENGLISH).split())
QUESTIONS = st.one_of(
    st.sampled_from([*ENGLISH, *JAPANESE, "", "  ", "?!", "🙂", "/", "qqq zzz", "宇宙旅行"]),
    st.builds(misspelt, st.sampled_from([*ENGLISH, *JAPANESE]), st.integers(0, 40)),
    st.lists(WORDS, min_size=1, max_size=8).map(" ".join),
    st.text(max_size=30),
)
ASKED = st.lists(
    st.tuples(QUESTIONS, st.sampled_from(["en", "ja", "en-GB", "fr", ""])), min_size=1, max_size=8
)


@pytest.fixture(scope="module")
def shops() -> list[FaqIndex]:
    """The same shop; with an entry twice, one that is not valid yet, and hundreds of others."""
    plain = [*shop(), *shop_ja()]
    twin = make_entry("twin", *SHOP["track-order"])
    late = make_entry("late", "When is the sale?", "sale dates", valid_from=date(2999, 1, 1))
    many = [
        make_entry(f"n{n}", f"how do I use part {n}", f"part {n} of {n % 7}") for n in range(150)
    ]
    return [build_index(each, Words()) for each in (plain, [*plain, twin, late], [*plain, *many])]


def same(one: Decision, other: Decision) -> bool:
    def told(decision: Decision) -> list[tuple[str, str]]:
        return [(each.entry.id, each.phrasing) for each in decision.candidates]

    own, others = ([c.confidence for c in each.candidates] for each in (one, other))
    return (
        one.kind == other.kind
        and told(one) == told(other)
        and np.allclose(own, others, rtol=0, atol=1e-6)
    )


@settings(max_examples=60, deadline=None)
@given(asked=ASKED)
def test_many_are_decided_as_each_alone(
    shops: list[FaqIndex], asked: list[tuple[str, str]]
) -> None:
    """Property: whatever is asked, in whatever language, beside whatever else."""
    for index in shops:
        together = index.decide_all(asked)
        assert len(together) == len(asked)
        for one, pair in zip(together, asked, strict=True):
            assert same(one, index.decide(*pair)), pair


def test_nothing_is_asked(shops: list[FaqIndex]) -> None:
    assert shops[0].decide_all([]) == []


def test_a_day_counts_for_all(shops: list[FaqIndex]) -> None:
    asked = [("When is the sale?", "en"), ("sale dates", "en")]
    found = shops[1].decide_all(asked, today=date(2999, 1, 1))
    assert [each.candidates[0].entry.id for each in found] == ["late", "late"]
    assert "late" not in {
        c.entry.id for each in shops[1].decide_all(asked) for c in each.candidates
    }


@settings(max_examples=40, deadline=None)
@given(
    size=st.integers(1, 900),
    count=st.integers(1, 80),
    copies=st.integers(1, 60),
    tile=st.sampled_from([1, 37, 2048]),
    seed=st.integers(0, 1000),
)
def test_of_rows_that_are_equally_near_the_same_are_taken(
    size: int, count: int, copies: int, tile: int, seed: int
) -> None:
    """Property: with many copies of a row, however many are asked for and compared at once."""
    draw = np.random.default_rng(seed)
    rows = draw.standard_normal((size, 24)).astype(np.float32)
    rows[: min(copies, size)] = rows[0]
    draw.shuffle(rows)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = DenseIndex(rows)
    queries = rows[draw.integers(0, size, 5)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dense, "_TILE", tile)
        together = index.nearest(queries, count)
    for query, (found, least) in zip(queries, together, strict=True):
        [(alone, same)] = index.nearest(query[None, :], count)
        assert sorted(alone) == sorted(found) and same == least
        cosines = index.at(found, query)
        assert len(found) == min(count, size)
        assert np.sort(rows @ query)[-len(found) :].sum() == pytest.approx(cosines.sum(), abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(QUESTIONS, min_size=1, max_size=8),
    rows=st.sets(st.integers(0, 5)),
    language=st.sampled_from(["en", "ja"]),
)
def test_words_and_letters_of_many_questions_count_as_those_of_each(
    shops: list[FaqIndex], texts: list[str], rows: set[int], language: str
) -> None:
    """Property: whatever phrasings they are compared with, none too."""
    matchers = shops[0].partitions[language].matchers
    documents = np.array(sorted(rows), dtype=np.intp)
    for matcher in (matchers.words, matchers.answer, matchers.characters):
        terms = [matcher.tokens(text) for text in texts]
        alone = [matcher.at(documents, matcher.query(own)).max(initial=0.0) for own in terms]
        assert matcher.highest(terms, documents) == pytest.approx(alone, abs=1e-6)
    words = [matchers.words.tokens(text) for text in texts]
    known = [matchers.words.known_share(own, None) for own in words]
    assert matchers.words.known_shares(words) == pytest.approx(known, abs=1e-12)


def test_each_text_is_read_once(encoder: TrigramEncoder) -> None:
    ahead = ReadAhead(encoder)
    indexes = [build_index(each, ahead) for each in (shop(), shop()[1:])]
    encoder.encoded.clear()
    for index in indexes:
        index.decide_all([("where is it", "en"), ("any kites", "en"), ("any kites", "en")])
    assert sorted(encoder.encoded) == ["any kites", "where is it"]
