"""Two apps on one database, each with its own connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.errors import Conflict
from helpdesk.push import Hub
from helpdesk.types import Staff
from tests.helpdesk.conftest import Office
from tests.helpdesk.fakes import FakeRasa, Visitor


@pytest.fixture
async def other(office: Office, database_url: str) -> AsyncIterator[Helpdesk]:
    database = Database(database_url)
    desk = replace(office, db=database, hub=Hub()).desk()
    yield desk
    await desk.stop()
    await database.close()


async def test_exactly_one_agent_wins(
    desk: Helpdesk, other: Helpdesk, vera: Visitor, ana: Staff, ben: Staff
) -> None:
    for _ in range(5):
        await desk.ask_for_person(vera.conversation)
        tries = [one.claim(vera.id, who) for one, who in ((desk, ana), (other, ben)) * 3]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(result, Conflict) for result in results) == 5
        (row,) = await other.inbox()
        await desk.close(vera.id, ana if row.agent_id == ana.id else ben)


async def test_a_repeat_sent_to_both_is_one_message(
    desk: Helpdesk, other: Helpdesk, vera: Visitor
) -> None:
    sent = await asyncio.gather(
        *[
            one.receive(vera.conversation, client_msg_id="same", text="hello")
            for one in (desk, other) * 4
        ]
    )
    await asyncio.gather(desk.idle(), other.idle())
    assert len({message.seq for message in sent}) == 1
    assert [message.seq for message in await vera.sees()] == [1, 2, 3]


async def test_numbers_have_no_gaps(
    desk: Helpdesk, other: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says({"say": "greet"})
    await asyncio.gather(
        *[
            one.receive(vera.conversation, client_msg_id=f"{n}{one is desk}", text="hello")
            for n in range(6)
            for one in (desk, other)
        ]
    )
    await asyncio.gather(desk.idle(), other.idle())
    await desk.resume_unanswered()
    await desk.idle()
    seen = await vera.sees()
    assert [message.seq for message in seen] == list(range(1, len(seen) + 1))
    assert len(seen) == 25


async def test_asking_for_a_person_in_two_tabs(
    desk: Helpdesk, other: Helpdesk, vera: Visitor
) -> None:
    await asyncio.gather(*[one.ask_for_person(vera.conversation) for one in (desk, other) * 3])
    assert len(await desk.inbox()) == 1
