"""What customers do in a conversation, through the real Rasa and the real actions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialogue.live.conftest import Say

pytestmark = pytest.mark.live

OFFER = {"say": "offer_person", "choices": ["person", "no_person"]}
NOT_HELPFUL = {"say": "not_helpful", "choices": ["person", "no_person"], "record": "not_helpful"}


def kinds(payloads: list[dict[str, Any]]) -> list[str]:
    """The gist of an answer: the kind of decision, else what is said."""
    return [p["decision"]["kind"] if "decision" in p else p["say"] for p in payloads]


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("hello there", "en", {"say": "greet", "record": "small_talk"}),
        ("こんにちは", "ja", {"say": "greet", "record": "small_talk"}),
        ("bye", "en", {"say": "goodbye", "record": "small_talk"}),
        ("またね", "ja", {"say": "goodbye", "record": "small_talk"}),
        ("are you a robot?", "en", {"say": "are_you_bot", "record": "small_talk"}),
        ("あなたは人間ですか", "ja", {"say": "are_you_bot", "record": "small_talk"}),
        ("tell me a joke", "en", {"say": "chitchat", "record": "small_talk"}),
        ("never mind", "en", {"say": "nothing_to_cancel"}),
        ("やっぱりいいです", "ja", {"say": "nothing_to_cancel"}),
        ("say that again", "en", {"say": "repeat_nothing"}),
    ],
)
def test_small_talk(say: Say, text: str, language: str, said: dict[str, str]) -> None:
    assert say(text, language=language) == [said]


def test_a_question_is_answered(say: Say) -> None:
    (answer,) = say("where is my parcel?")
    assert answer["decision"]["kind"] == "answer"
    assert answer["decision"]["candidates"][0] == {
        "faq_id": "track-order",
        "confidence": 0.9,
        "phrasing": "How about track-order?",
        "signals": {"dense": 0.81},
    }


def test_a_question_is_answered_in_japanese(say: Say) -> None:
    (answer,) = say("荷物はどこですか", language="ja")
    assert answer["decision"]["kind"] == "answer"
    assert answer["decision"]["language"] == "ja"


def test_entries_are_offered_and_one_is_chosen(say: Say) -> None:
    (offer,) = say("something about my order")
    assert offer["decision"]["offered"] == ["cancel-order", "track-order"]
    (chosen,) = say('/choose_entry{"entry": "track-order"}')
    assert chosen["decision"]["kind"] == "chosen"
    assert [c["faq_id"] for c in chosen["decision"]["candidates"]] == ["track-order"]


def test_a_chosen_entry_may_be_gone(say: Say) -> None:
    assert kinds(say('/choose_entry{"entry": "winter-sale"}')) == ["no_answer", "rephrase"]
    again = say('/choose_entry{"entry": "winter-sale"}', failures=1)
    assert again[1:] == [OFFER]


def test_none_of_the_entries_is_a_failure(say: Say) -> None:
    assert say("/none_of_these") == [{"say": "rephrase"}]
    assert say("/none_of_these", failures=1) == [OFFER]


def test_the_second_failure_offers_a_person(say: Say) -> None:
    assert kinds(say("do you mend bamboo kites")) == ["no_answer", "rephrase"]
    assert say("mending of bamboo kites", failures=1)[1:] == [OFFER]


def test_the_last_answer_is_repeated(say: Say) -> None:
    assert kinds(say("could you repeat that", previous="track-order")) == ["answer"]


@pytest.mark.parametrize(
    ("text", "offered", "said"),
    [
        ("yes", "helped", {"say": "glad_it_helped", "record": "confirmed"}),
        ("はい", "helped", {"say": "glad_it_helped", "record": "confirmed"}),
        ("/affirm", "helped", {"say": "glad_it_helped", "record": "confirmed"}),
        ("yes", None, {"say": "anything_else", "record": "small_talk"}),
        ("no", "person", {"say": "no_person_ok"}),
        ("いいえ", "person", {"say": "no_person_ok"}),
        ("/deny", "person", {"say": "no_person_ok"}),
        ("no", "helped", NOT_HELPFUL),
        ("no", None, {"say": "ask_a_question", "record": "small_talk"}),
        ("thanks", "helped", {"say": "thanks", "record": "confirmed"}),
        ("ありがとうございます", "helped", {"say": "thanks", "record": "confirmed"}),
        ("thanks", "person", {"say": "thanks", "record": "small_talk"}),
        ("thanks", None, {"say": "thanks", "record": "small_talk"}),
        ("/not_helpful", "helped", NOT_HELPFUL),
    ],
)
def test_yes_no_and_thanks_mean_what_was_asked_last(
    say: Say, text: str, offered: str | None, said: dict[str, Any]
) -> None:
    assert say(text, offered=offered) == [said]


@pytest.mark.parametrize(
    ("text", "metadata", "reason"),
    [
        ("I want to talk to a human", {}, "asked_for_person"),
        ("担当者と話したい", {"language": "ja"}, "asked_for_person"),
        ("/ask_for_person", {}, "asked_for_person"),
        ("/ask_for_person", {"offered": "person", "failures": 2}, "low_confidence"),
        ("yes", {"offered": "person", "failures": 2}, "low_confidence"),
        ("はい、お願いします", {"offered": "person", "failures": 0}, "not_helpful"),
    ],
)
def test_a_person_takes_over(say: Say, text: str, metadata: dict[str, Any], reason: str) -> None:
    assert say(text, **metadata) == [{"handoff": {"reason": reason}, "say": "handing_over"}]


@pytest.mark.parametrize("text", ["I want to complain about your driver", "苦情を言いたい"])
def test_a_complaint_goes_to_a_person(say: Say, text: str) -> None:
    assert say(text) == [
        {"say": "complaint_sorry", "record": "complaint"},
        {"handoff": {"reason": "complaint"}, "say": "handing_over"},
    ]


def test_an_answer_may_need_a_person(say: Say) -> None:
    answer, handoff = say("the stove hurt me")
    assert answer["decision"]["candidates"][0]["faq_id"] == "product-injury"
    assert handoff == {"handoff": {"reason": "entry_requires_person"}, "say": "handing_over"}


def test_a_long_conversation_does_not_wear_out(say: Say) -> None:
    for _ in range(25):
        assert kinds(say("where is my parcel?")) == ["answer"]
    assert say("thanks", offered="helped") == [{"say": "thanks", "record": "confirmed"}]


def test_a_message_of_nothing_is_answered(say: Say) -> None:
    assert kinds(say("")) == ["no_answer", "rephrase"]
