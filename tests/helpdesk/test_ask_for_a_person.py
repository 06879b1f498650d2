from __future__ import annotations

import asyncio

import pytest

from helpdesk.desk import Helpdesk
from helpdesk.errors import Conflict
from helpdesk.push import INBOX, Hub, conversation_topic
from helpdesk.types import Staff
from tests.helpdesk.fakes import (
    ANSWER,
    HANDOFF,
    NO_ANSWER,
    OFFER,
    FakeClock,
    FakeRasa,
    Visitor,
    decision,
)


async def test_it_works(desk: Helpdesk, vera: Visitor) -> None:
    assert await desk.ask_for_person(vera.conversation) == {"state": "waiting", "position": 1}
    said = (await vera.sees())[-1]
    assert said.kind == "handoff"
    assert "within 5 minutes" in said.text
    (row,) = await desk.inbox()
    assert (row.conversation_id, row.reason) == (vera.id, "asked_for_person")


async def test_asking_twice_is_asking_once(desk: Helpdesk, vera: Visitor) -> None:
    states = await asyncio.gather(*[desk.ask_for_person(vera.conversation) for _ in range(5)])
    assert states == [{"state": "waiting", "position": 1}] * 5
    assert len(await desk.inbox()) == 1
    assert len(await vera.sees()) == 2


async def test_the_queue_is_fair(
    desk: Helpdesk, vera: Visitor, walt: Visitor, clock: FakeClock, hub: Hub
) -> None:
    await desk.ask_for_person(vera.conversation)
    clock.forward(seconds=1)
    assert await desk.ask_for_person(walt.conversation) == {"state": "waiting", "position": 2}
    assert "number 2 in the queue" in (await walt.sees())[-1].text
    assert [row.position for row in await desk.inbox()] == [1, 2]
    async with hub.subscribe(conversation_topic(walt.id)) as pushes:
        await desk.cancel_handoff(vera.conversation)
        push = await pushes.get()
    assert push is not None
    assert (push.kind, push.data) == ("state", {"state": "waiting", "position": 1})


async def test_a_complaint_is_shown_in_her_own_words(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says({"handoff": {"reason": "complaint"}, "say": "handing_over"})
    await vera.says("My tent arrived torn")
    (row,) = await desk.inbox()
    assert row.question == "My tent arrived torn"


@pytest.mark.parametrize(
    "reason",
    ["asked_for_person", "low_confidence", "not_helpful", "entry_requires_person", "complaint"],
)
async def test_the_dialogue_hands_over(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, reason: str
) -> None:
    rasa.says({"handoff": {"reason": reason}, "say": "handing_over"})
    (said,) = await vera.says("I want a person")
    assert said.kind == "handoff"
    (row,) = await desk.inbox()
    assert row.reason == reason
    assert await vera.state() == "waiting"


async def test_taking_up_an_offer_says_why_it_was_made(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(NO_ANSWER, OFFER)
    await vera.says("My question")
    rasa.says(HANDOFF)
    await vera.says("yes please")
    (row,) = await desk.inbox()
    assert (row.reason, row.question) == ("low_confidence", "My question")


async def test_an_answer_that_needs_a_person(vera: Visitor, rasa: FakeRasa) -> None:
    handoff = {"handoff": {"reason": "entry_requires_person"}, "say": "handing_over"}
    rasa.says(decision("answer", "cancel-order"), handoff)
    answer, said = await vera.says("Cancel it")
    assert (answer.kind, said.kind) == ("answer", "handoff")
    assert await vera.state() == "waiting"


async def test_the_bot_is_quiet_while_she_waits(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, hub: Hub
) -> None:
    await desk.ask_for_person(vera.conversation)
    async with hub.subscribe(INBOX) as pushes:
        assert await vera.says("By the way") == []
        push = await pushes.get()
    assert rasa.asked == []
    assert push is not None
    assert push.kind == "message"
    assert push.data["conversation_id"] == vera.id
    assert push.data["message"]["text"] == "By the way"


async def test_she_stops_waiting_by_button(desk: Helpdesk, vera: Visitor, rasa: FakeRasa) -> None:
    await desk.ask_for_person(vera.conversation)
    (said,) = await vera.presses("Cancel")
    assert "no longer waiting" in said.text
    assert await vera.state() == "bot"
    assert await desk.inbox() == []
    await vera.says("hello")
    assert len(rasa.asked) == 1


async def test_she_stops_waiting_in_the_widget(desk: Helpdesk, vera: Visitor) -> None:
    await desk.ask_for_person(vera.conversation)
    assert await desk.cancel_handoff(vera.conversation) == {"state": "bot"}
    assert await desk.cancel_handoff(vera.conversation) == {"state": "bot"}
    assert len(await vera.sees()) == 3


async def test_she_cannot_cancel_when_ana_is_there(
    desk: Helpdesk, vera: Visitor, ana: Staff
) -> None:
    await desk.ask_for_person(vera.conversation)
    await desk.claim(vera.id, ana)
    with pytest.raises(Conflict, match="joined already"):
        await desk.cancel_handoff(vera.conversation)


async def test_pressing_the_button_again_tells_her_to_wait(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(NO_ANSWER, OFFER)
    await vera.says("blah")
    rasa.says(HANDOFF)
    await vera.presses("Talk to a person")
    (said,) = await vera.presses("Talk to a person")
    assert "already in the queue" in said.text
    assert len(await desk.inbox()) == 1


async def test_a_reply_that_comes_too_late_is_dropped(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says(ANSWER)
    rasa.gate = asyncio.Event()
    await vera.sends("Where is my order?")
    await desk.ask_for_person(vera.conversation)
    rasa.gate.set()
    await desk.idle()
    assert [message.kind for message in await vera.sees()] == ["text", "text", "handoff"]
    today = clock.now.date()
    (row,) = await desk.reports.episodes(today, today)
    events = (await desk.reports.episode(row.id)).events
    assert events[-1].type == "reply_dropped"


async def test_nobody_comes(desk: Helpdesk, vera: Visitor, clock: FakeClock) -> None:
    await desk.ask_for_person(vera.conversation)
    clock.forward(hours=23)
    assert await desk.close_unattended() == 0
    clock.forward(hours=2)
    assert await desk.close_unattended() == 1
    assert await vera.state() == "closed"
    assert "nobody was able" in (await vera.sees())[-1].text
    (row,) = await desk.inbox(("closed",))
    assert row.state == "closed"


async def test_what_was_asked_on_friday_night_is_not_given_up_at_the_weekend(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    clock.forward(days=4, hours=10)  # Friday 20:00
    rasa.mode = "refusal"
    await desk.ask_for_person(vera.conversation)
    await desk.idle()
    clock.forward(hours=60)  # Monday 8:00
    assert await desk.close_unattended() == 0
    clock.forward(hours=25)
    assert await desk.close_unattended() == 1


async def test_after_the_end_she_can_write_again(
    desk: Helpdesk, vera: Visitor, ana: Staff, rasa: FakeRasa
) -> None:
    await desk.ask_for_person(vera.conversation)
    await desk.claim(vera.id, ana)
    await desk.close(vera.id, ana)
    rasa.says(ANSWER)
    (answer,) = await vera.says("Where is my order?")
    assert answer.kind == "answer"
    assert await vera.state() == "bot"
