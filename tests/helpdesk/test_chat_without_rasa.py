from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from helpdesk.desk import Helpdesk
from tests.helpdesk.conftest import Office
from tests.helpdesk.fakes import (
    ANSWER,
    NO_ANSWER,
    OFFER,
    FakeClock,
    FakeLive,
    FakeRasa,
    Mode,
    Payload,
    Visitor,
    decision,
    open_widget,
)

BROKEN: list[Mode] = ["silence", "timeout", "refusal", "garbage", "unauthorised"]
MON_20_TOKYO = 10 * 60
TODAY = date(2026, 11, 23)


@pytest.fixture
def rasa() -> FakeRasa:
    rasa = FakeRasa()
    rasa.mode = "silence"
    return rasa


async def paths(desk: Helpdesk, clock: FakeClock) -> list[tuple[str, str | None]]:
    today = clock.now.date()
    (row,) = await desk.reports.episodes(today, today)
    events = (await desk.reports.episode(row.id)).events
    return [(e.data["bot_path"], e.data["cause"]) for e in events if e.type == "replied"]


@pytest.mark.parametrize("mode", BROKEN)
async def test_it_works(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock, mode: Mode
) -> None:
    rasa.mode = mode
    (answer,) = await vera.says("Where is my order?")
    assert (answer.kind, answer.faq_id, answer.confidence) == ("answer", "track-order", 0.93)
    assert [c.label for c in answer.choices] == ["Talk to a person"]
    cause = "RasaSilent" if mode in ("silence", "garbage") else "RasaUnreachable"
    assert await paths(desk, clock) == [("index", cause)]


async def test_the_customer_waits_no_longer_than_the_timeout(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.mode = "timeout"
    async with asyncio.timeout(2):
        await vera.says("Where is my order?")


async def test_the_index_is_asked_like_rasa(vera: Visitor, live: FakeLive) -> None:
    await vera.says("Where is my order?")
    await vera.says("／My data?")
    assert live.current.asked == [
        ("Where is my order?", "en", None, TODAY),
        ("My data?", "en", "track-order", TODAY),
    ]


async def test_it_offers_entries(vera: Visitor) -> None:
    (choices,) = await vera.says("order")
    assert [c.label for c in choices.choices] == [
        "Question track-order?",
        "Question return-item?",
        "None of these",
        "Talk to a person",
    ]
    (answer,) = await vera.presses("Question track-order?")
    assert (answer.faq_id, answer.confidence) == ("track-order", None)


async def test_it_offers_a_person_when_it_has_no_answer(vera: Visitor) -> None:
    (offer,) = await vera.says("blah")
    assert [c.label for c in offer.choices] == ["Talk to a person", "No, thank you"]
    (said,) = await vera.presses("No, thank you")
    assert "any time" in said.text
    assert await vera.state() == "bot"


async def test_a_person_is_one_press_away(desk: Helpdesk, vera: Visitor) -> None:
    await vera.says("blah")
    (said,) = await vera.presses("Talk to a person")
    assert said.kind == "handoff"
    (row,) = await desk.inbox()
    assert (row.reason, row.question) == ("low_confidence", "blah")


async def test_an_entry_that_needs_a_person_gets_one(desk: Helpdesk, vera: Visitor) -> None:
    answer, handoff = await vera.says("Cancel it")
    assert (answer.faq_id, answer.choices) == ("cancel-order", ())
    assert handoff.kind == "handoff"
    (row,) = await desk.inbox()
    assert row.reason == "entry_requires_person"


async def test_an_entry_may_never_offer_a_person(vera: Visitor) -> None:
    (answer,) = await vera.says("My data?")
    assert (answer.faq_id, answer.choices) == ("privacy", ())


async def test_none_of_these_brings_the_offer_of_a_person(vera: Visitor) -> None:
    await vera.says("order")
    (said,) = await vera.presses("None of these")
    assert "Would you like to talk to a person?" in said.text


async def test_a_form_that_rasa_was_filling_goes_to_a_person(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    clock.forward(minutes=MON_20_TOKYO)
    rasa.mode = "replies"
    rasa.says({"say": "off_hours"}, {"form": "contact_name", "say": "ask_contact_name"})
    await vera.says("I want a person")
    rasa.mode = "refusal"
    (said,) = await vera.says("Vera")
    assert "something went wrong" in said.text
    assert "tomorrow at 9:00" in said.text
    (row,) = await desk.inbox()
    assert row.reason == "bot_failure"


async def test_a_form_can_be_cancelled_without_rasa(
    vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    clock.forward(minutes=MON_20_TOKYO)
    rasa.mode = "replies"
    rasa.says({"form": "contact_name", "say": "ask_contact_name"})
    await vera.says("I want a person")
    rasa.mode = "refusal"
    (said,) = await vera.presses("Cancel")
    assert "not kept your details" in said.text


async def test_everything_broken_brings_a_person(
    desk: Helpdesk, vera: Visitor, live: FakeLive, clock: FakeClock
) -> None:
    live.current.broken = True
    (said,) = await vera.says("Where is my order?")
    assert "something went wrong" in said.text
    assert await vera.state() == "waiting"
    (row,) = await desk.inbox()
    assert row.reason == "bot_failure"
    assert await paths(desk, clock) == [("none", "RasaSilent, RuntimeError")]


async def test_rasa_is_left_alone_after_three_failures(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.mode = "refusal"
    for _ in range(5):
        await vera.says("Where is my order?")
    assert len(rasa.asked) == 3


async def test_rasa_is_asked_again_when_it_is_back(office: Office, rasa: FakeRasa) -> None:
    desk = office.desk()
    desk.rasa._breaker._first = desk.rasa._breaker._cooldown = 0.05
    vera = await open_widget(desk)
    for _ in range(3):
        await vera.says("Where is my order?")
    rasa.mode = "replies"
    rasa.says(ANSWER)
    await asyncio.sleep(0.06)
    (answer, *_) = await vera.says("Where is my order?")
    assert answer.choices == ()
    assert not desk.rasa.resting


async def test_yes_to_an_offer_that_rasa_made(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.mode = "replies"
    rasa.says(NO_ANSWER, OFFER)
    await vera.says("blah")
    rasa.mode = "silence"
    await vera.presses("Talk to a person")
    (row,) = await desk.inbox()
    assert row.reason == "low_confidence"


async def test_a_chosen_entry_that_is_gone(vera: Visitor, rasa: FakeRasa, live: FakeLive) -> None:
    rasa.mode = "replies"
    rasa.says(decision("suggest", "track-order", offered=("track-order",)))
    await vera.says("order")
    rasa.mode = "silence"
    live.current.forget("track-order")
    (said,) = await vera.presses("Question track-order?")
    assert [c.label for c in said.choices] == ["Talk to a person", "No, thank you"]


@pytest.mark.parametrize(
    ("choice", "label", "offered", "expected"),
    [
        ("yes", "Yes", ANSWER, "glad that helped"),
        ("no", "No", ANSWER, "did not help"),
        ("yes", "Yes", {"say": "greet"}, "What else"),
        ("no", "No", {"say": "greet"}, "What else"),
        ("cancel", "Cancel", {"say": "greet"}, "nothing to cancel"),
    ],
)
async def test_buttons_keep_their_meaning(
    vera: Visitor, rasa: FakeRasa, choice: str, label: str, offered: Payload, expected: str
) -> None:
    rasa.mode = "replies"
    rasa.says({"say": "anything_else", "choices": [choice]}, offered)
    await vera.says("A question")
    rasa.mode = "silence"
    (said,) = await vera.presses(label)
    assert expected in said.text


async def test_an_entry_withdrawn_since_it_was_offered(vera: Visitor, live: FakeLive) -> None:
    await vera.says("order")
    live.current.withdraw("track-order", TODAY - timedelta(days=1))
    (said,) = await vera.presses("Question track-order?")
    assert said.faq_id is None
    assert [c.label for c in said.choices] == ["Talk to a person", "No, thank you"]
