"""A support lead asks what Kotae would decide, and why."""

from __future__ import annotations

import json

from faq_index import NoAnswer, Suggest
from tests.cli.commands import FakeIndex, Run, assert_refused, candidate


def test_the_decision_and_why(run: Run, index: FakeIndex) -> None:
    result = run("ask", "where is my parcel")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Answers: 93% sure of the best entry (answers from 90%).",
        "  track-order: track-order?",
        "  phrasing matched: about track-order",
        "  signals: dense 0.81, words 0.40",
        "Next candidates:",
        "    4%  cancel-order: about cancel-order",
    ]
    assert index.asked == [("where is my parcel", "en")]


def test_in_another_language(run: Run, index: FakeIndex) -> None:
    result = run("ask", "荷物はどこ", "--language", "ja", "--json")
    told = json.loads(result.stdout)
    assert index.asked == [("荷物はどこ", "ja")]
    assert (told["decision"], told["confidence"], told["threshold"]) == ("answer", 0.93, None)
    assert [each["faq_id"] for each in told["candidates"]] == ["track-order", "cancel-order"]
    assert told["candidates"][0]["signals"] == {"dense": 0.81, "words": 0.4}


def test_nothing_is_like_it(run: Run, index: FakeIndex) -> None:
    index.decision = NoAnswer(())
    result = run("ask", "zzz")
    assert result.stdout == "Does not answer: no entry is like this question.\n"
    assert json.loads(run("ask", "zzz", "--json").stdout)["confidence"] is None


def test_an_empty_question_is_bad_usage(run: Run) -> None:
    assert_refused(run("ask", " "), 2, "The question is empty.")


def test_a_choice_names_what_is_offered(run: Run, index: FakeIndex) -> None:
    index.decision = Suggest((candidate("a", 0.4), candidate("b", 0.3), candidate("c", 0.01)), 2)
    result = run("ask", "parcel")
    assert result.stdout.splitlines()[-1] == "Offered to the customer: a, b"
    assert json.loads(run("ask", "parcel", "--json").stdout)["offered"] == ["a", "b"]
