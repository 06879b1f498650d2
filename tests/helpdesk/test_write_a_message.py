from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import date
from typing import Any

import pytest

from helpdesk.asked import Asked, just_written, read_next
from helpdesk.database import Connection
from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput, Busy
from helpdesk.push import Hub, conversation_topic
from helpdesk.sheet import Sheet
from helpdesk.types import Message
from tests.helpdesk.conftest import Office
from tests.helpdesk.fakes import NO_ANSWER, OFFER, FakeClock, FakeRasa, Visitor, open_widget


async def test_it_works(vera: Visitor) -> None:
    message = await vera.sends("  Hello\x00 there\r\n ")
    assert message.as_json() == {
        "seq": 2,
        "at": "2026-11-23T01:00:00.000Z",
        "from": "customer",
        "kind": "text",
        "text": "Hello there",
        "client_msg_id": "m1",
    }


async def test_a_repeat_is_not_a_second_message(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    sent = [
        await desk.receive(vera.conversation, client_msg_id="same", text=words)
        for words in ("first", "second")
    ]
    await desk.idle()
    assert [message.text for message in sent] == ["first", "first"]
    assert len(rasa.asked) == 1


async def test_racing_repeats_are_one_message(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    sent = await asyncio.gather(
        *[desk.receive(vera.conversation, client_msg_id="same", text="hello") for _ in range(8)]
    )
    await desk.idle()
    assert len({message.seq for message in sent}) == 1
    assert len(rasa.asked) == 1


async def test_numbers_have_no_gaps(desk: Helpdesk, vera: Visitor, walt: Visitor) -> None:
    await asyncio.gather(
        *[visitor.sends(f"number {n}") for n in range(10) for visitor in (vera, walt)]
    )
    await desk.idle()
    for visitor in (vera, walt):
        assert [message.seq for message in await visitor.sees()] == list(range(1, 22))


async def test_messages_are_answered_in_their_order(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.gate = asyncio.Event()
    for words in ("one", "two", "three"):
        await vera.sends(words)
    rasa.gate.set()
    await desk.idle()
    assert [asked["message"] for asked in rasa.asked] == ["one", "two", "three"]


async def test_it_reads_on_after_a_number(desk: Helpdesk, vera: Visitor) -> None:
    await vera.says("hello")
    assert [m.seq for m in await desk.messages(vera.conversation, 1)] == [2, 3]
    assert [m.seq for m in await desk.messages(vera.conversation, 0, limit=1)] == [1]
    with pytest.raises(BadInput):
        await desk.messages(vera.conversation, -1)


@pytest.mark.parametrize("words", ["", " \u3000\n", "/", "／／ /", "\u200b/", "\x00"])
async def test_it_refuses_a_text_with_nothing_in_it(vera: Visitor, words: str) -> None:
    with pytest.raises(BadInput, match="text is empty"):
        await vera.sends(words)
    assert len(await vera.sees()) == 1


async def test_it_refuses_a_text_that_is_too_long(vera: Visitor) -> None:
    await vera.sends(" " + "x" * 2000 + " ")
    with pytest.raises(BadInput, match="at most 2000"):
        await vera.sends("x" * 2001)


@pytest.mark.parametrize("client_msg_id", ["", "x" * 65, "a\nb"])
async def test_it_refuses_a_bad_client_msg_id(
    desk: Helpdesk, vera: Visitor, client_msg_id: str
) -> None:
    with pytest.raises(BadInput, match="client_msg_id"):
        await desk.receive(vera.conversation, client_msg_id=client_msg_id, text="hello")


async def test_it_takes_a_text_or_a_choice(desk: Helpdesk, vera: Visitor) -> None:
    with pytest.raises(BadInput, match="either text or choice"):
        await desk.receive(vera.conversation, client_msg_id="m", text="a", choice="b")
    with pytest.raises(BadInput, match="either text or choice"):
        await desk.receive(vera.conversation, client_msg_id="m")


async def test_too_many_at_once_are_told_to_come_back(office: Office, rasa: FakeRasa) -> None:
    desk = office.desk(max_turns_in_flight=2)
    rasa.gate = asyncio.Event()
    visitors = [await open_widget(desk) for _ in range(3)]
    for visitor in visitors[:2]:
        await visitor.sends("hello")
    assert desk.turns_in_flight == 2
    with pytest.raises(Busy) as refused:
        await visitors[2].sends("hello")
    assert refused.value.retry_after > 0
    assert len(await visitors[2].sees()) == 1
    rasa.gate.set()
    await desk.idle()
    assert desk.turns_in_flight == 0
    assert len(await visitors[2].says("hello")) == 1


async def test_a_refused_message_frees_its_place(desk: Helpdesk, vera: Visitor) -> None:
    with pytest.raises(BadInput):
        await desk.receive(vera.conversation, client_msg_id="m", choice="unknown")
    assert desk.turns_in_flight == 0


async def test_who_has_her_answer_may_ask_again_at_once(office: Office, hub: Hub) -> None:
    desk = office.desk(max_turns_in_flight=1)
    vera = await open_widget(desk)
    async with hub.subscribe(conversation_topic(vera.conversation.id)) as live:
        for _ in range(5):
            await vera.sends("where is my order?")
            async for push in live:
                if push.kind == "message" and push.data["from"] == "bot":
                    break
    await desk.stop()


async def test_what_is_thought_about_is_what_the_book_says_and_is_not_read_again(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[Asked] = []
    read: list[Asked | None] = []
    looks: list[str] = []

    def note(sheet: Sheet, message: Message, pressed: Mapping[str, Any] | None) -> Asked:
        handed.append(just_written(sheet, message, pressed))
        return handed[-1]

    def look(connection: Connection, conversation_id: str, today: date) -> Asked | None:
        looks.append(conversation_id)
        return read_next(connection, conversation_id, today)

    async def write(send: Awaitable[object]) -> None:
        rasa.gate = asyncio.Event()
        await send
        read.append(await desk._book.read(lambda c: read_next(c, vera.id, clock().date())))
        rasa.gate.set()
        await desk.idle()

    monkeypatch.setattr("helpdesk.conversations.just_written", note)
    monkeypatch.setattr("helpdesk.turn.read_next", look)
    rasa.says(NO_ANSWER, OFFER)
    await write(vera.sends("blah"))
    # The bot has offered a person, which is part of the context now.
    await write(vera.sends("What do you mean?"))
    label = (await vera.sees())[-1].choices[-1]
    await write(desk.receive(vera.conversation, client_msg_id="pressed", choice=label.id))
    clock.forward(hours=30)
    await write(vera.sends("Good morning"))
    assert handed == read and len(handed) == 4
    assert handed[1].context != handed[0].context
    assert handed[2].pressed is not None and not looks
