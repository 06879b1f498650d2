"""From the moment a person is asked for until the conversation is given back, the bot is silent."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from helpdesk.desk import Helpdesk
from helpdesk.errors import AppError
from helpdesk.types import Staff
from tests.helpdesk.fakes import ANSWER, NO_ANSWER, SUGGEST, FakeClock, FakeRasa, Payload, Visitor

PEOPLES = ("waiting", "agent")
OFFER: Payload = {"say": "offer_person", "choices": ["person", "no_person"]}
HANDOFF: Payload = {"handoff": {"reason": "asked_for_person"}, "say": "handing_over"}
Act = Callable[[], Awaitable[object]]


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_everyone_tries(
    desk: Helpdesk,
    vera: Visitor,
    rasa: FakeRasa,
    clock: FakeClock,
    ana: Staff,
    ben: Staff,
    seed: int,
) -> None:
    dice = random.Random(seed)

    async def write() -> None:
        rasa.says(*dice.choice([[ANSWER], [NO_ANSWER, OFFER], [SUGGEST], [HANDOFF]]))
        await vera.says(dice.choice(["Where is my order?", "yes", "hello?", "/restart"]))

    async def press() -> None:
        buttons = [each for message in await vera.sees() for each in message.choices]
        if buttons:
            await vera.presses(dice.choice(buttons).label)

    async def judge() -> None:
        answers = [each for each in await vera.sees() if each.kind == "answer"]
        if answers:
            await desk.feedback(vera.conversation, dice.choice(answers).seq, dice.random() < 0.5)

    async def later() -> None:
        clock.forward(minutes=dice.choice([1, 6, 40]))
        await desk.tell_late()

    acts: list[Act] = [
        write, write, write, press, judge, later,
        lambda: desk.ask_for_person(vera.conversation),
        lambda: desk.cancel_handoff(vera.conversation),
        lambda: desk.claim(vera.id, dice.choice([ana, ben])),
        lambda: desk.release(vera.id, dice.choice([ana, ben])),
        lambda: desk.give_back(vera.id, dice.choice([ana, ben])),
        lambda: desk.close(vera.id, dice.choice([ana, ben])),
        lambda: desk.team.transfer(vera.id, ana, ben.id),
        desk.resume_unanswered,
        desk.close_unattended,
    ]  # fmt: skip
    tried = 0
    for _ in range(80):
        state, seen = await vera.state(), len(await vera.sees())
        try:
            await dice.choice(acts)()
        except AppError as refused:
            assert refused.status in (400, 403, 409), refused
        await desk.idle()
        if state in PEOPLES and await vera.state() in PEOPLES:
            tried += 1
            said = (await vera.sees())[seen:]
            assert [each for each in said if each.sender == "bot"] == []
    assert tried > 5


async def test_a_thought_that_was_begun_before_is_not_said(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, ana: Staff
) -> None:
    rasa.gate = asyncio.Event()
    rasa.says(ANSWER)
    await vera.sends("Where is my order?")
    await asyncio.sleep(0.01)
    await desk.ask_for_person(vera.conversation)
    await desk.claim(vera.id, ana)
    rasa.gate.set()
    await desk.idle()
    assert "answer" not in [message.kind for message in await vera.sees()]
