from __future__ import annotations

from typing import Any

import pytest

from helpdesk.desk import Helpdesk
from helpdesk.push import Hub, conversation_topic
from tests.helpdesk.conftest import Office
from tests.helpdesk.fakes import (
    ANSWER,
    NO_ANSWER,
    OFFER,
    SUGGEST,
    FakeClock,
    FakeLive,
    FakeRasa,
    Visitor,
    decision,
    open_widget,
)


async def test_it_works(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(ANSWER)
    (answer,) = await vera.says("Where is my order?")
    assert answer.as_json() == {
        "seq": 3,
        "at": "2026-11-23T01:00:00.000Z",
        "from": "bot",
        "kind": "answer",
        "text": "Answer *track-order*.\n",
        "faq_id": "track-order",
        "confidence": 0.9,
        "links": [{"title": "Tracking page", "url": "https://shop.example/track"}],
    }


async def test_rasa_is_told_what_the_book_knows(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(ANSWER)
    await vera.says("Where is my order?")
    rasa.says(NO_ANSWER, {"say": "rephrase"})
    await vera.says("blah")
    await vera.says("blub")
    assert rasa.tokens == ["secret"] * 3
    assert rasa.asked[0] == {
        "sender": vera.id,
        "message": "Where is my order?",
        "metadata": {
            "language": "en",
            "previous": None,
            "failures": 0,
            "staffed": True,
            "leaves_details": False,
            "offered": None,
            "form": None,
            "threshold": None,
            "page": "https://shop.example/cart",
        },
    }
    told = [asked["metadata"] for asked in rasa.asked[1:]]
    assert [m["offered"] for m in told] == ["helped", None]
    assert [m["failures"] for m in told] == [0, 1]
    assert [m["previous"] for m in told] == ["track-order", "track-order"]


async def test_the_book_outlives_a_restart(office: Office, vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(NO_ANSWER, OFFER)
    await vera.says("blah")
    vera.desk = office.desk()
    await vera.says("yes")
    assert rasa.asked[-1]["metadata"]["failures"] == 1
    assert rasa.asked[-1]["metadata"]["offered"] == "person"


async def test_a_new_episode_starts_afresh(vera: Visitor, rasa: FakeRasa, clock: FakeClock) -> None:
    rasa.says(ANSWER)
    await vera.says("Where is my order?")
    clock.forward(minutes=30)
    await vera.says("Where is my order?")
    assert rasa.asked[-1]["metadata"]["previous"] is None


async def test_it_answers_in_japanese(desk: Helpdesk, rasa: FakeRasa) -> None:
    yuki = await open_widget(desk, language="ja")
    rasa.says(ANSWER)
    (answer,) = await yuki.says("荷物はどこですか")
    assert answer.text == "「注文履歴」をご覧ください。"
    rasa.says(SUGGEST)
    (choices,) = await yuki.says("注文")
    assert [c.label for c in choices.choices][-1] == "どれも違う"


async def test_slashes_never_reach_rasa(vera: Visitor, rasa: FakeRasa) -> None:
    for words in ("/restart", "\u3000／session_start", '/choose_entry{"entry": "x"}'):
        await vera.says(words)
    assert [asked["message"] for asked in rasa.asked] == [
        "restart",
        "session_start",
        'choose_entry{"entry": "x"}',
    ]


async def test_the_widget_sees_that_the_bot_thinks(vera: Visitor, hub: Hub) -> None:
    async with hub.subscribe(conversation_topic(vera.id)) as pushes:
        await vera.says("hello")
        seen = [await pushes.get() for _ in range(3)]
    assert [push and push.kind for push in seen] == ["message", "typing", "message"]
    assert [push and push.seq for push in seen] == [2, None, 3]


async def test_turns_are_measured(office: Office, rasa: FakeRasa, live: FakeLive) -> None:
    turns: list[tuple[str, float]] = []
    desk = office.desk(on_turn=lambda path, seconds: turns.append((path, seconds)))
    vera = await open_widget(desk)
    await vera.says("hello")
    rasa.mode = "silence"
    await vera.says("hello")
    live.current.broken = True
    await vera.says("hello")
    await vera.says("hello")
    assert turns == [("rasa", 0.0), ("index", 0.0), ("none", 0.0), ("person", 0.0)]


@pytest.mark.parametrize(
    ("said_again", "questions"),
    [
        ({"say": "repeat_nothing"}, 1),
        (
            {
                "decision": {
                    "kind": "answer",
                    "language": "en",
                    "candidates": [
                        {"faq_id": "track-order", "confidence": None, "phrasing": "", "signals": {}}
                    ],
                }
            },
            1,
        ),
        (ANSWER, 2),
    ],
)
async def test_say_that_again_is_no_new_question(
    desk: Helpdesk,
    vera: Visitor,
    rasa: FakeRasa,
    clock: FakeClock,
    said_again: Any,
    questions: int,
) -> None:
    rasa.says(ANSWER)
    await vera.says("Where is my order?")
    rasa.says(said_again)
    await vera.says("Say that again")
    today = clock.now.date()
    (row,) = await desk.reports.episodes(today, today)
    assert row.questions == questions
    assert row.first_question == "Where is my order?"


async def test_an_unknown_entry_is_never_shown(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(decision("answer", "gone"))
    (answer,) = await vera.says("Where is my order?")
    assert answer.faq_id == "track-order"
