"""What a change of the FAQ would do is known before it is live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq_index import Entry, InvalidFaq, Label, build_index
from faq_index.changes import Asked, Comparison, broken, compare
from faq_index.golden import read_golden
from faq_index.read_ahead import ReadAhead
from tests.faq_index.fakes import TrigramEncoder, shop

PAST = [
    Asked("Where is my order?", "en", 5),
    Asked("where's my order", "en", 3),
    Asked("do you sell kites", "en", 2),
    Asked("qqqq wwww zzzz", "en"),
]


def changed(entries: Sequence[Entry], labels: Sequence[Label] = ()) -> Comparison:
    ahead = ReadAhead(TrigramEncoder())
    before, after = build_index(shop(), ahead), build_index(entries, ahead)
    return compare(before, after, PAST, labels, lambda _done, _total: None)


def without(entry_id: str) -> list[Entry]:
    return [entry for entry in shop() if entry.id != entry_id]


def kites() -> list[Entry]:
    new = replace(shop()[0], id="kites", question="Do you sell kites?", also_asked=("kites",))
    return [*shop(), new]


def test_nothing_changes_when_nothing_does() -> None:
    found = changed(shop())
    assert (found.changes, found.questions, found.times) == ((), 4, 11)
    assert found.expected and (found.expected.change, found.expected.unknown) == (0.0, 0.0)


def test_a_new_entry_answers_what_was_asked_in_vain() -> None:
    found = changed(kites())
    (change,) = [each for each in found.changes if each.asked.text == "do you sell kites"]
    assert change.kind == "newly_answered" and change.after.entries == ("kites",)
    assert found.counts()["newly_answered"] == (1, 2)
    expected = found.expected
    assert expected and expected.low <= expected.change <= expected.high
    assert expected.change > 0 and expected.unknown == pytest.approx(2 / 11)


def test_a_removed_entry_leaves_customers_without_their_answer() -> None:
    gone = shop()[0].id
    found = changed(without(gone), [Label("Where is my order?", frozenset({gone}), language="en")])
    lost = next(each for each in found.changes if each.asked.text == "Where is my order?")
    assert lost.before.entries == (gone,) and lost.kind != "newly_answered"
    assert lost.verdict == "worse"
    assert found.expected and found.expected.change < 0


def test_labels_say_whether_it_is_better() -> None:
    label = Label("do you sell kites", frozenset({"kites"}), language="en")
    (change,) = [c for c in changed(kites(), [label]).changes if "kites" in c.asked.text]
    assert change.verdict == "better"
    nobody = Label("do you sell kites", language="en")
    (change,) = [c for c in changed(kites(), [nobody]).changes if "kites" in c.asked.text]
    assert change.verdict == "worse"


@settings(max_examples=15, deadline=None)
@given(times=st.lists(st.integers(0, 50), min_size=4, max_size=4))
def test_the_interval_holds_the_estimate(times: list[int]) -> None:
    """Property: however often each question was asked."""
    ahead = ReadAhead(TrigramEncoder())
    asked = [replace(one, times=n) for one, n in zip(PAST, times, strict=True)]
    before, after = build_index(shop(), ahead), build_index(kites(), ahead)
    found = compare(before, after, asked, [], lambda _done, _total: None)
    assert found.times == sum(times)
    if not sum(times):
        assert found.expected is None
        return
    assert found.expected is not None
    assert found.expected.low - 1e-9 <= found.expected.change <= found.expected.high + 1e-9
    assert 0.0 <= found.expected.unknown <= 1.0


def test_a_golden_set_is_kept_or_named(tmp_path: Path) -> None:
    path = tmp_path / "golden.yml"
    path.write_text(
        "must_answer:\n"
        f"  - {{ask: Where is my order?, language: en, entry: {shop()[0].id}}}\n"
        "must_not_answer:\n"
        "  - {ask: do you sell kites, language: en}\n",
        encoding="utf-8",
    )
    golden = read_golden(path)
    encoder = TrigramEncoder()
    assert broken(build_index(shop(), encoder), golden) == []
    gone = broken(build_index(without(shop()[0].id), encoder), golden)
    assert [each.asked.text for each, _ in gone] == ["Where is my order?"]
    new = broken(build_index(kites(), encoder), golden)
    assert [each.asked.text for each, _ in new] == ["do you sell kites"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("must_answer:\n  - {ask: a, language: en}\n", "golden.yml:2:1: `must_answer` needs ask,"),
        ("must_not_answer:\n  - x\n", "golden.yml:2:1: `must_not_answer` needs ask, language"),
        ("must_anser: []\n", "golden.yml:1:1: only must_answer and must_not_answer are known"),
        ("must_answer: x\n", "golden.yml:1:1: `must_answer` must be a list"),
        ("a: [\n", "golden.yml:1:1: this file is not YAML"),
    ],
)
def test_a_wrong_golden_set_says_where(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "golden.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFaq) as caught:
        read_golden(path)
    assert sentence in str(caught.value)
