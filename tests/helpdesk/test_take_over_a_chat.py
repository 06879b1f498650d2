from __future__ import annotations

import asyncio

import pytest

from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput, Conflict, NotAllowed, NotFound
from helpdesk.push import INBOX, Hub, conversation_topic
from helpdesk.types import Staff
from tests.helpdesk.fakes import FakeClock, FakeRasa, Visitor


@pytest.fixture
async def waiting(desk: Helpdesk, vera: Visitor) -> Visitor:
    await desk.ask_for_person(vera.conversation)
    return vera


async def test_it_works(desk: Helpdesk, waiting: Visitor, ana: Staff, hub: Hub) -> None:
    async with hub.subscribe(conversation_topic(waiting.id)) as pushes:
        row = await desk.claim(waiting.id, ana)
        assert (row.state, row.agent_name) == ("agent", "Ana")
        said = await desk.agent_message(waiting.id, ana, "a1", "Hello Vera")
        seen = [await pushes.get() for _ in range(3)]
    assert said.as_json()["agent_name"] == "Ana"
    assert [push and push.kind for push in seen] == ["message", "state", "message"]
    assert seen[1] is not None
    assert seen[1].data == {"state": "agent", "agent_name": "Ana"}


async def test_exactly_one_wins(desk: Helpdesk, waiting: Visitor, ana: Staff, ben: Staff) -> None:
    tries = [desk.claim(waiting.id, person) for person in (ana, ben) * 4]
    results = await asyncio.gather(*tries, return_exceptions=True)
    lost = [result for result in results if isinstance(result, Conflict)]
    assert len(lost) == 7
    (row,) = await desk.inbox()
    assert all(f"{row.agent_name} has taken" in error.message for error in lost)


async def test_rasa_is_not_asked_while_a_person_owns_it(
    desk: Helpdesk, waiting: Visitor, ana: Staff, rasa: FakeRasa, hub: Hub
) -> None:
    await desk.claim(waiting.id, ana)
    async with hub.subscribe(INBOX) as pushes:
        assert await waiting.says("Thanks for coming") == []
        push = await pushes.get()
    assert push is not None
    assert push.kind == "message"
    assert rasa.asked == []


async def test_a_repeated_message_of_ana_is_one(
    desk: Helpdesk, waiting: Visitor, ana: Staff
) -> None:
    await desk.claim(waiting.id, ana)
    sent = await asyncio.gather(
        *[desk.agent_message(waiting.id, ana, "a1", "Hello") for _ in range(4)]
    )
    assert len({message.seq for message in sent}) == 1


async def test_ben_cannot_speak_in_anas_chat(
    desk: Helpdesk, waiting: Visitor, ana: Staff, ben: Staff
) -> None:
    await desk.claim(waiting.id, ana)
    with pytest.raises(NotAllowed, match="Another person"):
        await desk.agent_message(waiting.id, ben, "b1", "Hello")
    for act in (desk.release(waiting.id, ben), desk.close(waiting.id, ben)):
        with pytest.raises(NotAllowed, match="Another person"):
            await act


async def test_nobody_speaks_before_taking_it(desk: Helpdesk, waiting: Visitor, ana: Staff) -> None:
    with pytest.raises(Conflict, match="Nobody has taken"):
        await desk.agent_message(waiting.id, ana, "a1", "Hello")
    with pytest.raises(Conflict, match="Nobody has taken"):
        await desk.release(waiting.id, ana)


async def test_managers_do_not_answer_customers(
    desk: Helpdesk, waiting: Visitor, mia: Staff
) -> None:
    with pytest.raises(NotAllowed, match="role"):
        await desk.claim(waiting.id, mia)


async def test_a_released_chat_keeps_its_place(
    desk: Helpdesk, waiting: Visitor, walt: Visitor, ana: Staff, ben: Staff, clock: FakeClock
) -> None:
    await desk.claim(waiting.id, ana)
    clock.forward(minutes=1)
    await desk.ask_for_person(walt.conversation)
    row = await desk.release(waiting.id, ana)
    assert (row.state, row.position, row.agent_id) == ("waiting", 1, None)
    assert "keep your place" in (await waiting.sees())[-1].text
    assert (await desk.claim(waiting.id, ben)).agent_name == "Ben"


async def test_a_lead_may_step_in(desk: Helpdesk, waiting: Visitor, ana: Staff, lea: Staff) -> None:
    await desk.claim(waiting.id, ana)
    assert (await desk.release(waiting.id, lea)).state == "waiting"


async def test_closing_asks_how_it_was(desk: Helpdesk, waiting: Visitor, ana: Staff) -> None:
    await desk.claim(waiting.id, ana)
    await desk.agent_message(waiting.id, ana, "m1", "It is on its way.")
    row = await desk.close(waiting.id, ana, "solved")
    assert row.state == "closed"
    assert (await waiting.sees())[-1].kind == "survey"
    assert await waiting.state() == "closed"
    with pytest.raises(Conflict, match="closed already"):
        await desk.close(waiting.id, ana)
    with pytest.raises(Conflict, match="not waiting any more"):
        await desk.claim(waiting.id, ana)


async def test_a_waiting_chat_can_be_closed_by_anyone(
    desk: Helpdesk, waiting: Visitor, ben: Staff
) -> None:
    assert (await desk.close(waiting.id, ben, "spam")).state == "closed"


async def test_it_refuses_an_unknown_resolution(
    desk: Helpdesk, waiting: Visitor, ana: Staff
) -> None:
    with pytest.raises(BadInput, match="resolution must be one of solved"):
        await desk.close(waiting.id, ana, "whatever")


async def test_it_handles_a_chat_that_does_not_exist(desk: Helpdesk, ana: Staff) -> None:
    for act in (
        desk.claim("nowhere", ana),
        desk.release("nowhere", ana),
        desk.close("nowhere", ana),
        desk.agent_message("nowhere", ana, "a", "x"),
        desk.transcript("nowhere"),
        desk.handoff_packet("nowhere"),
        desk.conversation("nowhere"),
        desk.reports.episode("nowhere"),
    ):
        with pytest.raises(NotFound):
            await act


async def test_a_chat_that_nobody_asked_for_is_not_in_the_inbox(
    desk: Helpdesk, vera: Visitor, ana: Staff
) -> None:
    with pytest.raises(Conflict):
        await desk.claim(vera.id, ana)
    with pytest.raises(NotFound):
        await desk.handoff_packet(vera.id)
    assert await desk.inbox() == []


async def test_staff_pages_hear_of_every_change(
    desk: Helpdesk, vera: Visitor, ana: Staff, hub: Hub
) -> None:
    async with hub.subscribe(INBOX) as pushes:
        await desk.ask_for_person(vera.conversation)
        await desk.claim(vera.id, ana)
        await desk.release(vera.id, ana)
        await desk.close(vera.id, ana)
        seen = [await pushes.get() for _ in range(4)]
    assert [push and push.data["state"] for push in seen] == [
        "waiting",
        "agent",
        "waiting",
        "closed",
    ]


async def test_the_inbox_shows_the_states_asked_for(desk: Helpdesk, waiting: Visitor) -> None:
    assert [row.conversation_id for row in await desk.inbox(("waiting",))] == [waiting.id]
    assert await desk.inbox(("closed",)) == []
    with pytest.raises(BadInput, match="state 'bot'"):
        await desk.inbox(("bot",))


async def test_agents_may_write_longer_texts_than_customers(
    desk: Helpdesk, waiting: Visitor, ana: Staff
) -> None:
    await desk.claim(waiting.id, ana)
    with pytest.raises(BadInput, match="too long"):
        await desk.agent_message(waiting.id, ana, "a1", "x" * 4001)
    with pytest.raises(BadInput, match="empty"):
        await desk.agent_message(waiting.id, ana, "a2", "\u3000")
