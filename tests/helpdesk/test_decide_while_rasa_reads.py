"""A customer's question is looked up while Rasa is still finding out that it is one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date
from threading import Event
from typing import Any, cast

import httpx
import pytest

from actions.executor import build_executor
from faq_index import Decision, FaqIndex, LiveIndex, Question
from faq_index.live import _AHEAD
from tests.helpdesk.conftest import Office
from tests.helpdesk.fakes import HANDOFF, FakeClock, FakeIndex, Visitor, open_widget


class WatchedIndex(FakeIndex):
    """Tells when it is first asked."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = Event()

    def decide(self, question: str, language: str, **more: Any) -> Decision:
        self.begun.set()
        return super().decide(question, language, **more)


class ReadingRasa:
    """Takes its time over each message; then a question is left to our own action."""

    def __init__(self, live: LiveIndex, today: date) -> None:
        self.live = live
        self.executor = build_executor(live, lambda: today)
        self.seen_begun: list[bool] = []
        self.swap_to: FakeIndex | None = None
        self.is_down = False

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("refused", request=request)
        body = json.loads(request.content)
        index = cast(WatchedIndex, self.live.current)
        self.seen_begun.append(await asyncio.to_thread(index.begun.wait, 0.1))
        if body["message"] in ("A person please", "/ask_for_person"):
            return httpx.Response(200, json=[{"custom": dict(HANDOFF)}])
        if self.swap_to is not None:
            self.live.swap(cast(FaqIndex, self.swap_to))
        message = {"text": body["message"], "metadata": body["metadata"], "intent": {}}
        call = {
            "next_action": "action_find_answer",
            "tracker": {"sender_id": body["sender"], "slots": {}, "latest_message": message},
            "domain": {},
        }
        done = await self.executor.run(call)
        assert done is not None
        return httpx.Response(200, json=[{"custom": each["custom"]} for each in done.responses])


@pytest.fixture
def index() -> WatchedIndex:
    return WatchedIndex()


@pytest.fixture
def reading(index: WatchedIndex, clock: FakeClock) -> ReadingRasa:
    # It is 09:00 in Tokyo or later, so the day there is the clock's.
    return ReadingRasa(LiveIndex(cast(FaqIndex, index)), clock().date())


@pytest.fixture
async def visitor(office: Office, reading: ReadingRasa) -> AsyncIterator[Visitor]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(reading)) as http:
        office.http, office.live = http, reading.live  # type: ignore[assignment]
        desk = office.desk()
        yield await open_widget(desk)
        await desk.stop()


async def test_a_question_is_looked_up_once_and_before_it_is_asked_for(
    visitor: Visitor, reading: ReadingRasa, index: WatchedIndex
) -> None:
    said = await visitor.says("Where is my order?")
    assert "track-order" in said[0].text
    assert reading.seen_begun == [True]
    assert len(index.asked) == 1


async def test_an_faq_that_changes_meanwhile_answers_as_it_is_now(
    visitor: Visitor, reading: ReadingRasa, index: WatchedIndex
) -> None:
    reading.swap_to = WatchedIndex()
    await visitor.says("Where is my order?")
    assert len(index.asked) == len(reading.swap_to.asked) == 1


async def test_what_is_no_question_leaves_nothing_behind(
    visitor: Visitor, reading: ReadingRasa, index: WatchedIndex
) -> None:
    await visitor.says("A person please")
    assert len(index.asked) == 1
    assert not reading.live._begun


async def test_while_rasa_is_left_alone_a_question_is_looked_up_once(
    visitor: Visitor, reading: ReadingRasa, index: WatchedIndex
) -> None:
    reading.is_down = True
    for number in range(5):
        await visitor.says(f"Where is my order? ({number})")
    before = len(index.asked)
    await visitor.says("Where is my order?")
    assert len(index.asked) == before + 1


async def test_who_asks_is_answered_also_when_who_began_has_given_up(index: WatchedIndex) -> None:
    live = LiveIndex(cast(FaqIndex, index))
    asked = Question("Where is my order?", "en", date(2026, 11, 26))
    held = Event()
    busy = [live._pool.submit(held.wait) for _ in range(_AHEAD)]
    with live.deciding(asked):
        waiting = asyncio.create_task(asyncio.to_thread(live.decide, asked))
        await asyncio.sleep(0.05)
    assert (await waiting).kind == "answer"
    held.set()
    assert all(each.result() for each in busy)


async def test_more_at_once_than_cores_are_left_to_who_asks(index: WatchedIndex) -> None:
    live = LiveIndex(cast(FaqIndex, index))
    asked = [Question(f"Question {n}?", "en", date(2026, 11, 26)) for n in range(_AHEAD + 1)]
    blocks = [live.deciding(question) for question in asked]
    for block in blocks:
        block.__enter__()
    assert len(live._begun) == _AHEAD
    assert {live.decide(question).kind for question in asked} == {"no_answer"}
    for block in blocks:
        block.__exit__(None, None, None)
    assert not live._begun
    assert len(index.asked) == len(asked)
