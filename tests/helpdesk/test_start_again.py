"""The process dies at any moment; what was acknowledged is answered after the restart."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from helpdesk import turn
from helpdesk.errors import StoreUnavailable
from helpdesk.show import show
from tests.helpdesk.conftest import Office
from tests.helpdesk.fakes import ANSWER, HANDOFF, FakeClock, FakeRasa, Visitor, open_widget


async def test_it_works(office: Office, rasa: FakeRasa) -> None:
    before = office.desk()
    vera = await open_widget(before)
    rasa.gate = asyncio.Event()
    await vera.sends("Where is my order?")
    await vera.sends("Hello?")
    await asyncio.sleep(0.01)
    await before.stop()
    assert before.turns_in_flight == 0
    assert len(await vera.sees()) == 3

    rasa.gate = None
    rasa.says(ANSWER)
    after = office.desk()
    assert await after.resume_unanswered() == 1
    await after.idle()
    assert [m.kind for m in await vera.sees()][3:] == ["answer", "answer", "choices"]
    assert await after.resume_unanswered() == 0


async def test_stopping_at_the_first_moment_leaves_nothing_behind(office: Office) -> None:
    desk = office.desk()
    vera = await open_widget(desk)
    await vera.sends("hello")
    await desk.stop()
    await desk.idle()
    assert desk.turns_in_flight == 0


async def test_a_late_answer_belongs_to_the_contact_it_answers(
    office: Office, rasa: FakeRasa, clock: FakeClock
) -> None:
    before = office.desk()
    vera = await open_widget(before)
    rasa.gate = asyncio.Event()
    await vera.sends("Where is my order?")
    await before.stop()
    clock.forward(hours=2)
    rasa.gate = None
    rasa.says(HANDOFF)
    after = office.desk()
    await after.resume_unanswered()
    await after.idle()
    today = clock.now.date()
    (row,) = await after.reports.episodes(today, today)
    assert len((await after.reports.episode(row.id)).handoffs) == 1


async def test_a_reply_that_cannot_be_shown_brings_a_person(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = office.desk()
    vera = await open_widget(desk)
    broken = iter([True])

    def break_once(*given: Any) -> list[str]:
        if next(broken, False):
            raise KeyError("a mistake of ours")
        return show(*given)

    monkeypatch.setattr(turn, "show", break_once)
    (said,) = await vera.says("hello")
    assert "something went wrong" in said.text
    (row,) = await desk.inbox()
    assert row.reason == "bot_failure"


async def test_a_pressed_button_keeps_its_meaning(office: Office, rasa: FakeRasa) -> None:
    before = office.desk()
    vera = await open_widget(before)
    rasa.mode = "silence"
    await vera.says("blah")
    rasa.gate = asyncio.Event()
    pressing = asyncio.create_task(vera.presses("Talk to a person"))
    await asyncio.sleep(0.1)
    await before.stop()
    await pressing
    after = office.desk()
    rasa.gate = None
    await after.resume_unanswered()
    await after.idle()
    assert await vera.state() == "waiting"


async def test_no_message_is_answered_twice(office: Office, rasa: FakeRasa) -> None:
    first, second = office.desk(), office.desk()
    vera = await open_widget(first)
    rasa.gate = asyncio.Event()
    await vera.sends("hello")
    await second.resume_unanswered()
    await asyncio.sleep(0.05)
    rasa.gate.set()
    await asyncio.gather(first.idle(), second.idle())
    assert len(await vera.sees()) == 3


async def test_a_database_that_hiccups_is_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "STORE_RETRIES", (0.0, 0.0))
    desk = office.desk()
    vera = await open_widget(desk)
    failures = iter([True, True, False])
    write = office.db.write

    async def flaky(fn: object) -> object:
        if next(failures, False):
            raise StoreUnavailable("The database did not answer.")
        return await write(fn)  # type: ignore[arg-type]

    await vera.sends("hello")
    monkeypatch.setattr(office.db, "write", flaky)
    await desk.idle()
    assert len(await vera.sees()) == 3


async def test_a_cancelled_request_is_still_stored_and_answered(office: Office) -> None:
    desk = office.desk()
    vera: Visitor = await open_widget(desk)
    request = asyncio.create_task(vera.sends("hello"))
    await asyncio.sleep(0)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    await desk.stop()
    assert len(await vera.sees()) == 2
    assert await desk.resume_unanswered() == 1
    await desk.idle()
    assert len(await vera.sees()) == 3
