"""Whatever people do, in whatever order: what is stored fits together."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import pytest

from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.errors import AppError
from helpdesk.store import handoffs
from helpdesk.types import Staff
from tests.helpdesk.fakes import ANSWER, HANDOFF, NO_ANSWER, FakeClock, FakeRasa, Payload, Visitor

CONTACT = {
    "contact": {"name": "Vera", "email": "vera@example.com", "message": "Call"},
    "say": "contact_saved",
}
Act = Callable[[], Awaitable[object]]


@pytest.mark.parametrize("seed", range(6))
async def test_it_works(
    desk: Helpdesk,
    db: Database,
    vera: Visitor,
    rasa: FakeRasa,
    clock: FakeClock,
    ana: Staff,
    ben: Staff,
    seed: int,
) -> None:
    dice = random.Random(seed)

    replies: list[Payload] = [ANSWER, NO_ANSWER, HANDOFF, CONTACT]

    async def write() -> None:
        rasa.says(dice.choice(replies))
        await vera.says("hello")

    acts: list[Act] = [
        write,
        lambda: desk.ask_for_person(vera.conversation),
        lambda: desk.cancel_handoff(vera.conversation),
        lambda: desk.claim(vera.id, dice.choice([ana, ben])),
        lambda: desk.release(vera.id, dice.choice([ana, ben])),
        lambda: desk.close(vera.id, dice.choice([ana, ben])),
        lambda: desk.agent_message(vera.id, ana, str(dice.random()), "hello"),
        desk.close_unattended,
    ]
    done = 0
    for _ in range(40):
        try:
            await dice.choice(acts)()
            done += 1
        except AppError as refused:
            assert refused.status in (403, 409)
        await desk.idle()
        clock.forward(minutes=dice.choice([0, 1, 40, 1500]))
        await fits(desk, db, vera)
    assert done > 5


async def fits(desk: Helpdesk, db: Database, vera: Visitor) -> None:
    conversation = await desk.conversation(vera.id)
    live = await db.read(lambda c: handoffs.live(c, vera.id))
    chats = [handoff for handoff in live if handoff.kind == "chat"]
    owned = [handoff for handoff in live if handoff.state == "agent"]
    assert len(chats) <= 1
    assert {handoff.agent_id for handoff in owned} <= {conversation.agent_id}
    assert (conversation.state == "agent") == bool(owned) == (conversation.agent_id is not None)
    waiting = [handoff for handoff in chats if handoff.state == "waiting"]
    assert (conversation.state == "waiting") == bool(waiting)
    seen = await vera.sees()
    assert [message.seq for message in seen] == list(range(1, conversation.last_seq + 1))
