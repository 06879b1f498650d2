"""A customer reads an answer and asks on: the second question leans on the first, or does not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from faq_index import Answer, FaqIndex, build_index, ensure_index, load_encoder
from tests.benchmarks.dialogues import Dialogue, outcomes, read_dialogues
from tests.faq_index.fakes import TrigramEncoder, make_entry, shop

LANGUAGES = pytest.mark.parametrize("language", ["en", "ja"])


@pytest.fixture(scope="module")
def demo(root: Path, tmp_path_factory: pytest.TempPathFactory) -> FaqIndex:
    """The demo shop's FAQ with the encoder that ships."""
    return ensure_index(root / "data" / "faq", tmp_path_factory.mktemp("demo"), load_encoder())


def measured(language: str, part: str) -> list[Dialogue]:
    """Dialogues by which nothing was tuned."""
    found = read_dialogues(language)
    return [each for each in found if (each.half, each.part) == ("measured_on", part)]


@pytest.mark.model
@pytest.mark.parametrize(
    ("language", "right", "right_or_offered"), [("en", 18, 23), ("ja", 18, 24)]
)
def test_a_follow_up_is_understood_with_what_was_answered_before(
    demo: FaqIndex, language: str, right: int, right_or_offered: int
) -> None:
    dialogues = measured(language, "follow_ups")
    before = Counter(outcomes(demo, dialogues, in_context=False))
    after = Counter(outcomes(demo, dialogues))
    assert after["right"] >= right and after["right"] + after["offered"] >= right_or_offered, after
    assert after["right"] >= before["right"] + 8 and after["wrong"] <= max(1, before["wrong"])


@pytest.mark.model
@LANGUAGES
def test_what_the_faq_does_not_tell_is_not_told_as_a_follow_up(
    demo: FaqIndex, language: str
) -> None:
    counts = Counter(outcomes(demo, measured(language, "without_answer")))
    assert counts["wrong"] <= 1, counts


@pytest.mark.model
@LANGUAGES
def test_another_subject_is_decided_as_if_nothing_had_been_asked(
    demo: FaqIndex, language: str
) -> None:
    dialogues = [each for each in read_dialogues(language) if each.part == "stand_alone"]
    assert outcomes(demo, dialogues) == outcomes(demo, dialogues, in_context=False)


@pytest.mark.model
@LANGUAGES
def test_the_first_question_of_each_dialogue_is_answered(demo: FaqIndex, language: str) -> None:
    for each in read_dialogues(language):
        decision = demo.decide(each.ask, language)
        assert isinstance(decision, Answer) and decision.entry.id == each.answered, each.ask


def wraps() -> FaqIndex:
    """A shop whose entry on wrapping tells its price."""
    wrap = make_entry(
        "gift-wrap", "Do you offer gift wrapping?", "wrap my order as a gift", "gift paper please",
        answer="Yes, it is ¥330 for each item.",
    )  # fmt: skip
    return build_index([*shop(), wrap], TrigramEncoder())


def test_how_much_is_that_asks_for_the_price_of_what_was_answered() -> None:
    index = wraps()
    assert index.decide("how much is that?", "en", previous="gift-wrap").kind == "answer"
    assert index.decide("how much is that?", "en", previous="gift-wrap").candidates[0].entry.id == (
        "gift-wrap"
    )
    assert index.decide("how much is that?", "en").kind != "answer"


@pytest.mark.parametrize("said", ["yes", "thanks", "ok", "🙂🙂", "?", "why", "that's all"])
def test_words_that_ask_nothing_do_not_repeat_the_answer(said: str) -> None:
    index = wraps()
    assert index.decide(said, "en", previous="gift-wrap") == index.decide(said, "en")


@pytest.mark.parametrize("previous", [None, "gift-wrap", "opening-hours", "withdrawn-entry"])
def test_a_phrasing_of_the_faq_is_answered_whatever_came_before(previous: str | None) -> None:
    decision = wraps().decide("when do you open", "en", previous=previous)
    assert isinstance(decision, Answer) and decision.entry.id == "opening-hours"


def test_a_language_without_a_list_of_words_works() -> None:
    entries = [make_entry(id, language="xx") for id in ("track-order", "refund-time", "gift-card")]
    index = build_index(entries, TrigramEncoder())
    decision = index.decide("when is my refund coming", "xx", previous="track-order")
    assert decision.candidates[0].entry.id == "refund-time"


def test_chances_of_a_follow_up_are_probabilities() -> None:
    found = wraps().decide("and for how much?", "en", previous="gift-wrap").candidates
    confidences = [each.confidence for each in found]
    assert confidences == sorted(confidences, reverse=True)
    assert all(each >= 0.0 for each in confidences) and sum(confidences) <= 1.0 + 1e-9
