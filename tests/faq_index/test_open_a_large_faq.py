"""An FAQ too large to be parsed, held or gone through in whole answers like any other."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq_index import Matrix, build_index, build_snapshot, load_snapshot
from faq_index.dense import DenseIndex, Lists
from faq_index.difference import Facts
from faq_index.encoder import Tokens, unit_rows
from faq_index.late import LateMatcher
from faq_index.lazy import Lines, Read, Register
from faq_index.version import Pieces, Stored, write_file
from tests.faq_index.fakes import TrigramEncoder, make_entry, shop, shop_ja
from tests.faq_index.test_decide_many_at_once import Words

TEXTS = st.lists(st.text(st.characters(exclude_categories=()), max_size=9), max_size=12)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten vectors are many."""
    monkeypatch.setattr("faq_index.dense.MOST_EXACT", 10)


def neighbours(rows: int) -> Matrix:
    """Vectors (rows, 24) that stand in groups, as phrasings of one entry do."""
    draw = np.random.default_rng(rows)
    middles = draw.standard_normal((rows // 10, 24))
    vectors = middles[draw.integers(0, len(middles), rows)] + 0.3 * draw.standard_normal((rows, 24))
    return unit_rows(vectors.astype(np.float32))


@given(TEXTS)
def test_texts_are_read_as_they_were_written(texts: list[str]) -> None:
    """Property: whatever stands in them, line ends and half characters too."""
    lines = Lines.over(texts)
    assert list(lines) == texts and lines[1:3] == texts[1:3]
    register = Register.over(texts)
    for text in texts:
        assert register.find(text, lines) == len(texts) - 1 - texts[::-1].index(text)
    assert register.find("another text", lines) is None
    with pytest.raises(IndexError):
        lines[len(texts)]


def test_an_entry_is_read_once() -> None:
    read: list[str] = []
    items = Read(("a", "b"), lambda text: read.append(text) or text.upper())
    assert (items[1], items[-1], len(items)) == ("B", "B", 2)
    assert read == ["b"] and list(items) == ["A", "B"]


@given(st.lists(st.integers(0, 3), max_size=5))
def test_an_array_is_mapped_as_it_was_written(sizes: list[int]) -> None:
    """Property: in whole or in pieces, and when nothing is in it."""
    whole = np.arange(sum(sizes) * 2, dtype=np.float32).reshape(-1, 2)
    pieces = np.split(whole, np.cumsum(sizes)[:-1]) if sizes else []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "array.npy"
        for file in (whole, Pieces("<f4", whole.shape, lambda: iter(pieces))):
            stored = Stored(path, *write_file(path, file))
            stored.check()
            assert np.array_equal(stored.array(), whole)
            assert np.array_equal(np.load(path, allow_pickle=False), whole)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("size", [50, 3000])
def test_the_nearest_of_many_are_found(size: int) -> None:
    vectors = neighbours(size)
    index = DenseIndex.over(vectors)
    lists = index.lists
    assert lists is not None and DenseIndex.over(vectors[:10]).lists is None
    asked = vectors[::7] + np.float32(0.05)
    found = index.nearest(asked, 10)
    exact = np.argsort(-(asked @ vectors.T), kind="stable")[:, :10]
    shares = [np.isin(own, rows).mean() for own, (rows, _) in zip(exact, found, strict=True)]
    assert np.mean(shares) > 0.97
    read = DenseIndex(vectors, Lists.read(lists.written()))
    for query, (rows, least) in zip(asked, found, strict=True):
        assert np.sort(index.at(rows, query))[0] == least
        for other in (index, read):
            [(alone, same)] = other.nearest(query[None, :], 10)
            assert alone.tolist() == rows.tolist() and same == least


@pytest.mark.usefixtures("many")
def test_a_question_goes_through_the_same_parts_of_a_faq_that_has_grown() -> None:
    vectors = neighbours(2000)
    before = DenseIndex.over(vectors[:1900])
    after = DenseIndex.over(vectors, before)
    for query in vectors[::31] + np.float32(0.05):
        [(rows, least)] = before.nearest(query[None, :], 10)
        [(now, _)] = after.nearest(query[None, :], 10)
        new = now[now >= 1900]
        assert now[now < 1900].tolist() == rows[: 10 - len(new)].tolist()
        assert (after.at(new, query) >= least - 1e-6).all()


@pytest.mark.usefixtures("many")
def test_a_large_faq_is_published_and_opened(
    tmp_path: Path, encoder: TrigramEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faq_index.building._SPILLED", 0)
    entries = [*shop(), *shop_ja()]
    path = build_snapshot(entries, encoder, tmp_path)
    assert (path / "en.dense.lists.npy").is_file()
    index = load_snapshot(tmp_path, encoder)
    assert index.size == 9 and index.entries() == entries
    assert index.decide("where's my ordr", "en").candidates[0].entry.id == "track-order"
    assert index.decide("Gift card expiry!", "en").kind == "answer"
    encoder.encoded.clear()
    build_snapshot([*entries, make_entry("parking", "Can I park?")], encoder, tmp_path)
    passage = "Can I park?\nPlease read the page about parking."
    assert encoder.encoded == ["Can I park?", "parking", passage]


def test_nothing_is_remembered_of_a_search_that_became_another(
    encoder: TrigramEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned = []
    for most in (20, 10):
        monkeypatch.setattr("faq_index.dense.MOST_EXACT", most)
        part = build_index(shop(), encoder).partitions["en"]
        learned.append(Facts.of(part, part.valid(date.today())).learned)
    assert learned[0] != learned[1]


def test_words_are_stored_as_they_were_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an encoder that tells them, held in memory or not."""
    for spilled in (0, 1000):
        monkeypatch.setattr("faq_index.building._SPILLED", spilled)
        encoder = Words()
        build_snapshot(shop(), encoder, tmp_path)
        part = load_snapshot(tmp_path, encoder).partitions["en"]
        read = encoder.read(part.matchers.phrasings.texts)
        assert np.array_equal(part.encoded.vectors, read.vectors)
        assert part.encoded.tokens is not None and read.tokens is not None
        for stored, own in zip(part.encoded.tokens, read.tokens, strict=True):
            assert stored.ids.tolist() == own.ids.tolist()
            assert np.allclose(stored.vectors, own.vectors, atol=1e-3)


def test_what_was_kept_means_the_same_bit_for_bit() -> None:
    draw = np.random.default_rng(1)

    def tokens(count: int) -> Tokens:
        vectors = unit_rows(draw.standard_normal((count, 12)).astype(np.float32))
        return Tokens(draw.integers(0, 9, count), vectors)

    old = [tokens(count) for count in (3, 0, 2, 4)]
    late = LateMatcher.over(old)
    new, asked = tokens(5), tokens(3)
    grown = late.grown([old[3], new, old[0], old[1]], np.array([3, -1, 0, 1]))
    spans = [(first, first + 1) for first in range(4)]
    before, after = (each.scores(asked, spans, None) for each in (late, grown))
    assert after[[0, 2, 3]].tolist() == before[[3, 0, 1]].tolist()
    assert after[1] > 0
