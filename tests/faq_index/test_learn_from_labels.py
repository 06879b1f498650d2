"""An index that labels have corrected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from faq_index import FaqIndex, Label
from faq_index.lessons import judge
from tests.faq_index.fakes import SHOP, SHOP_JA

NOW = datetime(2026, 11, 25, tzinfo=UTC)
PHRASINGS = [(entry, text) for entry, texts in SHOP.items() for text in texts]


def right(count: int, language: str = "en", *, days_ago: float = 200) -> list[Label]:
    """Questions that are no phrasing, but close to one."""
    pairs = [(e, f"{t} {n}") for n in range(count) for e, t in PHRASINGS][:count]
    at = NOW - timedelta(days=days_ago)
    return [Label(text, frozenset({entry}), language=language, at=at) for entry, text in pairs]


def wrong(count: int, *, days_ago: float = 200) -> list[Label]:
    at = NOW - timedelta(days=days_ago)
    return [Label(label.question, language="en", at=at) for label in right(count)]


def promise_of(index: FaqIndex, language: str = "en"):  # type: ignore[no-untyped-def]
    return next(each for each in index.promises if each.language == language)


def test_it_states_a_promise_for_each_language(index: FaqIndex) -> None:
    taught = index.recalibrated(right(150), now=NOW)
    made = promise_of(taught)
    assert made.labels == 150 and made.answers > 29 and made.wrong == 0 and made.kept
    assert made.newest == (NOW - timedelta(days=200)).date()
    japanese = promise_of(taught, "ja")
    assert (japanese.labels, japanese.bound) == (0, None)
    assert index.promises == ()


def test_labels_that_find_it_wrong_make_it_shy(index: FaqIndex) -> None:
    questions = [label.question for label in right(60)]
    taught = index.recalibrated(wrong(60), now=NOW)

    def answered(which: FaqIndex) -> int:
        return sum(which.decide(question, "en").kind == "answer" for question in questions)

    assert answered(taught) < answered(index)
    before = index.decide(questions[0], "en").candidates[0].confidence
    assert taught.decide(questions[0], "en").candidates[0].confidence < before - 0.2
    assert taught.thresholds["en"] >= 0.9 and taught.thresholds["ja"] == index.thresholds["ja"]


def test_labels_are_not_counted_twice(index: FaqIndex) -> None:
    once = index.recalibrated(wrong(60), now=NOW)
    twice = once.recalibrated(wrong(60), now=NOW)
    assert twice.promises == once.promises and twice.thresholds == once.thresholds
    assert once.recalibrated([], now=NOW).thresholds == index.thresholds


def test_an_exact_phrasing_is_still_answered(index: FaqIndex) -> None:
    taught = index.recalibrated(wrong(100), now=NOW)
    assert taught.decide("track my parcel", "en").kind == "answer"


def test_recent_labels_that_go_wrong_raise_a_warning(index: FaqIndex) -> None:
    taught = index.recalibrated([*right(150), *wrong(60, days_ago=3)], now=NOW)
    made = promise_of(taught)
    assert made.contradicted and made.recent_wrong > 10
    calm = index.recalibrated([*right(150), *right(60, days_ago=3)], now=NOW)
    assert not promise_of(calm).contradicted and promise_of(calm).recent_answers > 0


def test_old_labels_are_not_recent(index: FaqIndex) -> None:
    made = promise_of(index.recalibrated(wrong(60, days_ago=91), now=NOW))
    assert (made.recent_answers, made.contradicted) == (0, False)


def test_it_works_in_japanese(index: FaqIndex) -> None:
    labels = [
        Label(f"{text}か", frozenset({entry}), language="ja", at=NOW)
        for entry, texts in SHOP_JA.items()
        for text in texts
    ]
    assert promise_of(index.recalibrated(labels, now=NOW), "ja").labels == len(labels)


@pytest.mark.parametrize(
    ("label", "told"),
    [
        (Label("track my parcel", frozenset({"track-order"}), language="en"), [True]),
        (Label("track my parcel", rejected=frozenset({"track-order"}), language="en"), [False]),
        (Label("track my parcel", rejected=frozenset({"gift-card"}), language="en"), []),
        (Label("track my parcel", language="en"), [False]),
        (Label("track my parcel", frozenset({"track-order"})), [True]),
        (Label("???", language="en"), []),
    ],
)
def test_a_label_counts_only_for_what_it_tells(
    index: FaqIndex, label: Label, told: list[bool]
) -> None:
    assert [each.right for each in judge(index, [label])] == told
