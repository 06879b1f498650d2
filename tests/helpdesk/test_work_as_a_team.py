"""Agents hand chats to each other, leave notes, and find answers; one of many wins a chat."""

from __future__ import annotations

import asyncio

import pytest

from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput, Conflict, NotAllowed, NotFound
from helpdesk.types import Staff
from tests.helpdesk.conftest import PASSWORD
from tests.helpdesk.fakes import FakeClock, Visitor


async def test_a_chat_is_handed_to_a_colleague(
    desk: Helpdesk, vera: Visitor, ana: Staff, ben: Staff
) -> None:
    await desk.ask_for_person(vera.conversation)
    await desk.claim(vera.id, ana)
    assert ben.id in {each.staff.id for each in await desk.team.colleagues(ana)}
    await desk.team.transfer(vera.id, ana, ben.id)
    (row,) = await desk.inbox(("agent",))
    assert (row.agent_id, row.agent_name) == (ben.id, ben.name)
    assert f"{ben.name} has joined" in (await desk.transcript(vera.id))[-1].text
    with pytest.raises(NotAllowed):
        await desk.agent_message(vera.id, ana, "m1", "still me?")
    await desk.agent_message(vera.id, ben, "m2", "Hello, this is Ben.")
    with pytest.raises(NotAllowed):
        await desk.team.transfer(vera.id, ana, ben.id)


async def test_only_a_colleague_who_answers_gets_it(
    desk: Helpdesk, vera: Visitor, ana: Staff, ben: Staff
) -> None:
    manager = await desk.add_staff("mina", "Mina", "manager", PASSWORD)
    with pytest.raises(Conflict, match="Nobody has taken"):
        await desk.team.transfer(vera.id, ana, ben.id)
    await desk.ask_for_person(vera.conversation)
    await desk.claim(vera.id, ana)
    for nobody in (manager.id, ana.id, "unknown"):
        with pytest.raises(NotFound):
            await desk.team.transfer(vera.id, ana, nobody)
    await desk.staff.set_active("ben", False)
    with pytest.raises(NotFound):
        await desk.team.transfer(vera.id, ana, ben.id)


async def test_notes_are_for_colleagues_only(
    desk: Helpdesk, vera: Visitor, ana: Staff, ben: Staff, clock: FakeClock
) -> None:
    await desk.ask_for_person(vera.conversation)
    before = len(await desk.transcript(vera.id))
    await desk.team.add_note(vera.id, ana, "  knows the warehouse  ")
    clock.forward(minutes=1)
    await desk.team.add_note(vera.id, ben, "called back")
    notes = [(note.by, note.text) for note in await desk.team.notes(vera.id)]
    assert notes == [(ana.name, "knows the warehouse"), (ben.name, "called back")]
    assert len(await desk.transcript(vera.id)) == before
    for bad in ("", " ", "x" * 2001):
        with pytest.raises(BadInput):
            await desk.team.add_note(vera.id, ana, bad)
    with pytest.raises(NotFound):
        await desk.team.add_note("unknown", ana, "x")


async def test_of_a_hundred_who_claim_at_once_one_wins(desk: Helpdesk, vera: Visitor) -> None:
    await desk.ask_for_person(vera.conversation)
    # Hashing a hundred passwords would take longer than the race.
    first = await desk.add_staff("agent", "Agent", "agent", PASSWORD)
    others = [await desk.add_staff(f"a{n}", f"A{n}", "agent", PASSWORD) for n in range(4)]
    racing = [first, *others] * 20
    results = await asyncio.gather(
        *(desk.claim(vera.id, each) for each in racing), return_exceptions=True
    )
    won = [result for result in results if not isinstance(result, BaseException)]
    assert len(won) == 1
    lost = [result for result in results if isinstance(result, Conflict)]
    assert len(lost) == 99 and {str(each) for each in lost} == {
        f"{won[0].agent_name} has taken this conversation already."
    }


async def test_an_answer_is_found_by_what_an_agent_types(desk: Helpdesk) -> None:
    found = await desk.judging.find("Where is my order?", "en")
    assert found[0].id == "track-order"
    assert await desk.judging.find("  ", "en") == []


async def test_a_chat_whose_agent_is_gone_can_be_taken(
    desk: Helpdesk, vera: Visitor, ana: Staff, ben: Staff, clock: FakeClock
) -> None:
    _, token, _ = await desk.sign_in("ana", PASSWORD)
    await desk.ask_for_person(vera.conversation)
    await desk.claim(vera.id, ana)
    clock.forward(seconds=59)
    with pytest.raises(Conflict, match="has taken this conversation already"):
        await desk.claim(vera.id, ben)
    clock.forward(seconds=2)
    (row,) = await desk.inbox(("agent",))
    assert row.is_unattended(clock.now)
    # Her page was only slow: it says that she is there.
    await desk.session(token)
    with pytest.raises(Conflict):
        await desk.claim(vera.id, ben)
    clock.forward(seconds=61)
    taken = await desk.claim(vera.id, ben)
    assert (taken.agent_id, taken.agent_name) == (ben.id, ben.name)
    assert f"{ben.name} has joined" in (await desk.transcript(vera.id))[-1].text
    with pytest.raises(NotAllowed):
        await desk.agent_message(vera.id, ana, "late", "I am back")
