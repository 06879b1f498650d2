"""A customer asks; the index answers, offers choices or admits that it does not know."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from faq_index import Answer, FaqIndex, NoAnswer, Suggest, build_index
from tests.faq_index.fakes import SHOP, SHOP_JA, TrigramEncoder, make_entry, shop, shop_ja


def first(index: FaqIndex, question: str, language: str = "en") -> str:
    return index.decide(question, language).candidates[0].entry.id


@pytest.mark.parametrize(
    ("question", "language"),
    [("Where is my order?", "en"), ("WHERE is  my order", "en"), ("ｗｈｅｒｅ is my order！", "en"),
     ("荷物の追跡", "ja"), (" 荷物の追跡。", "ja")],
)  # fmt: skip
def test_a_phrasing_of_the_faq_is_answered(index: FaqIndex, question: str, language: str) -> None:
    decision = index.decide(question, language)
    assert isinstance(decision, Answer) and decision.kind == "answer"
    assert decision.entry.id == "track-order" and decision.entry.language == language
    assert decision.p > 0.95 and decision.candidates[0].signals["exact"] == 1.0


@pytest.mark.parametrize(
    ("question", "id"),
    [("where's my ordr", "track-order"), ("i forgot my pasword", "reset-password"),
     ("is my refund on its way", "refund-time"), ("opening hours on sundays", "opening-hours"),
     ("GIFT CARDS EXPIRY DATE", "gift-card")],
)  # fmt: skip
def test_other_words_and_typing_errors_find_the_entry(
    index: FaqIndex, question: str, id: str
) -> None:
    assert first(index, question) == id


@pytest.mark.parametrize(
    ("question", "id"),
    [("パスワードを忘れてしまった", "reset-password"), ("ﾊﾟｽﾜｰﾄﾞ忘れた", "reset-password"),
     ("返金されていない", "refund-time"), ("日曜は何時から営業していますか", "opening-hours"),
     ("荷物を追跡したい", "track-order")],
)  # fmt: skip
def test_japanese_finds_the_entry(index: FaqIndex, question: str, id: str) -> None:
    assert first(index, question, "ja") == id


@pytest.mark.parametrize("question", ["", "   ", "???", "。", "\u3000", "\u200b", "/"])
def test_nothing_readable_is_no_question(index: FaqIndex, question: str) -> None:
    assert index.decide(question, "en") == NoAnswer(())


@pytest.mark.parametrize(
    ("question", "language"),
    [("zzz xylophone quartz", "en"), ("宇宙旅行の燃料", "ja"), ("🙂🙂", "en"),
     ("a" * 100_000, "en"), ("\ud800 \x00 ́́", "en")],
)  # fmt: skip
def test_the_unknown_is_not_answered(index: FaqIndex, question: str, language: str) -> None:
    assert index.decide(question, language).kind != "answer"


def test_candidates_are_explained(index: FaqIndex) -> None:
    candidates = index.decide("forgot the password", "en").candidates
    assert 2 <= len(candidates) <= 10
    assert len({candidate.entry.id for candidate in candidates}) == len(candidates)
    confidences = [candidate.confidence for candidate in candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0.0 <= each <= 1.0 for each in confidences)
    assert candidates[0].phrasing == "forgot my password"
    assert {"dense", "words", "characters", "classifier"} <= candidates[0].signals.keys()


def test_two_equal_entries_are_offered_as_choices() -> None:
    entries = [
        make_entry("red-card", "lost card red", "red card gone", "red card is lost"),
        make_entry("blue-card", "lost card blue", "blue card gone", "blue card is lost"),
        *shop(),
    ]
    decision = build_index(entries, TrigramEncoder()).decide("lost card", "en")
    assert isinstance(decision, Suggest)
    assert 2 <= len(decision.entries) <= 3
    assert {"red-card", "blue-card"} <= {entry.id for entry in decision.entries}


def test_a_language_without_faq_searches_all_others(index: FaqIndex) -> None:
    assert first(index, "パスワードを忘れました", "fr") == "reset-password"
    assert index.decide("gift card expiry", "fr").kind == "answer"


@pytest.mark.parametrize("language", ["en-US", "en-GB"])
def test_a_regional_language_uses_its_base(index: FaqIndex, language: str) -> None:
    assert first(index, "gift card expiry", language) == "gift-card"


def test_a_question_in_the_other_script_finds_its_own_language(index: FaqIndex) -> None:
    decision = index.decide("forgot my password", "ja")
    assert isinstance(decision, Answer) and decision.entry.language == "en"


def test_an_entry_is_found_only_while_it_is_valid() -> None:
    sale = make_entry("sale", "When is the sale?", valid_from=date(2027, 1, 2),
                      valid_until=date(2027, 1, 9))  # fmt: skip
    index = build_index([*shop(), sale], TrigramEncoder())
    assert index.decide("When is the sale?", "en", today=date(2027, 1, 9)).kind == "answer"
    late = index.decide("When is the sale?", "en", today=date(2027, 1, 10))
    assert "sale" not in {candidate.entry.id for candidate in late.candidates}


def test_an_faq_that_is_not_valid_yet_answers_nothing() -> None:
    index = build_index(shop(valid_from=date(2027, 1, 1)), TrigramEncoder())
    assert index.decide("Where is my order?", "en", today=date(2026, 1, 1)) == NoAnswer(())


def test_what_is_related_to_the_answer_before_is_likelier() -> None:
    def share(*related: str) -> float:
        track = make_entry("track-order", related=related)
        index = build_index([track, *shop()[1:]], TrigramEncoder())
        found = index.decide("and the refund?", "en", previous="track-order").candidates
        return sum(each.confidence for each in found if each.entry.id == "refund-time")

    assert share("refund-time") > share()


def test_the_smallest_faq_works() -> None:
    one = build_index([make_entry("only", "Is there one entry?")], TrigramEncoder())
    assert one.decide("is there one entry", "en").kind == "answer"
    assert one.decide("something quite different", "en").kind == "no_answer"
    assert not isinstance(one.decide("there is one", "en"), Suggest)


def test_entries_can_be_looked_up(index: FaqIndex) -> None:
    found = index.entry("track-order", "ja")
    assert found is not None and found.language == "ja"
    translated = index.entry("gift-card", "ja")
    assert translated is not None and translated.language == "en"
    assert index.entry("nothing", "en") is None
    assert [entry.id for entry in index.entries("ja")] == list(SHOP_JA)
    assert len(index.entries()) == len(SHOP) + len(SHOP_JA)
    assert index.languages == ("en", "ja") and set(index.thresholds) == {"en", "ja"}


def test_suggestions_come_while_typing(index: FaqIndex) -> None:
    def typed(text: str, language: str = "en") -> list[str]:
        return [entry.id for entry in index.suggest(text, language)]

    assert typed("where is")[0] == "track-order"
    assert typed("Passw")[0] == "reset-password"
    assert typed("gift cadr")[0] == "gift-card"
    assert typed("パスワ", "ja")[0] == "reset-password"
    assert typed("返金", "ja")[0] == "refund-time"
    assert typed("") == [] and typed("  ?") == [] and typed("qqq") == []
    assert len(index.suggest("o", "en", limit=2)) == 2


def test_many_threads_get_the_same_answers(index: FaqIndex) -> None:
    questions = [(text, "en") for each in SHOP.values() for text in each]
    questions += [(text + "？はい", "ja") for each in SHOP_JA.values() for text in each]
    expected = [index.decide(*question) for question in questions]
    results: list[bool] = []

    def ask() -> None:
        results.append([index.decide(*question) for question in questions] == expected)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 4


def test_a_stricter_lead_gets_a_higher_threshold() -> None:
    entries = [*shop(), *shop_ja()]
    strict = build_index(entries, TrigramEncoder(), max_wrong=0.02)
    lenient = build_index(entries, TrigramEncoder(), max_wrong=0.3)
    assert strict.thresholds["en"] > lenient.thresholds["en"]
