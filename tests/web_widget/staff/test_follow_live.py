"""What an open page is told: every message once and in order, the inbox after each change."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import pytest

from helpdesk.push import Push, conversation_topic
from helpdesk.types import StaffSession
from tests.web_widget.staff.support import Person
from tests.web_widget.support import Customer
from web_widget.app import App
from web_widget.staff.live import Live
from web_widget.staff.texts import load_texts
from web_widget.staff.views import View

Follow = Callable[..., Live]


@pytest.fixture
def follow(app: App) -> Follow:
    texts = load_texts(app.settings.time_zone)

    def make(person: Person, *, signed_in: bool = True, heartbeat: float = 5.0) -> Live:
        async def still_signed_in() -> bool:
            return signed_in

        session = StaffSession(person.staff, "csrf", datetime.now(UTC))
        view = View(texts["en"], datetime.now(UTC), {})
        return Live(app.desk, session, lambda: view, still_signed_in, heartbeat)

    return make


class Stream:
    """Reads the frames of a stream, one event at a time."""

    def __init__(self, frames: AsyncGenerator[bytes]) -> None:
        self.frames = frames

    async def next(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while True:
                frame = (await anext(self.frames)).decode()
                fields = dict(line.split(": ", 1) for line in frame.splitlines() if ": " in line)
                if fields.get("event") == kind:
                    return {"id": fields.get("id"), **json.loads(fields["data"])}


async def test_the_inbox_comes_at_once_and_after_each_change(
    ana: Person, waiting: Customer, walt: Customer, follow: Follow
) -> None:
    async with aclosing(follow(ana).inbox()) as frames:
        stream = Stream(frames)
        assert sizes(await stream.next("inbox")) == {"waiting": 1, "mine": 0, "others": 0}
        await walt.post("/handoff", {})
        assert sizes(await stream.next("inbox")) == {"waiting": 2, "mine": 0, "others": 0}
        await ana.done(waiting.id, "claim")
        assert sizes(await stream.next("inbox")) == {"waiting": 1, "mine": 1, "others": 0}


async def test_the_inbox_tells_that_somebody_wrote(
    ana: Person, waiting: Customer, follow: Follow
) -> None:
    async with aclosing(follow(ana).inbox()) as frames:
        stream = Stream(frames)
        await stream.next("inbox")
        await waiting.send("are you there?")
        assert (await stream.next("written"))["conversation_id"] == waiting.id


async def test_messages_come_once_and_in_order(
    app: App, ana: Person, waiting: Customer, follow: Follow
) -> None:
    conversation = await app.desk.conversation(waiting.id)
    async with aclosing(follow(ana).conversation(conversation, after=2)) as frames:
        stream = Stream(frames)
        assert (await stream.next("state"))["state"] == "waiting"
        await waiting.send("one")
        await waiting.send("two")
        seen = [(await stream.next("message"))["seq"] for _ in range(conversation.last_seq)]
        assert seen == list(range(3, conversation.last_seq + 3))


async def test_a_push_that_comes_twice_is_shown_once(
    app: App, ana: Person, waiting: Customer, follow: Follow
) -> None:
    conversation = await app.desk.conversation(waiting.id)
    live = follow(ana).conversation(conversation, after=conversation.last_seq)
    async with aclosing(live) as frames:
        stream = Stream(frames)
        await stream.next("state")
        await waiting.send("one")
        first = await stream.next("message")
        again = {"from": "customer"}
        app.hub.publish(conversation_topic(waiting.id), Push("message", again, first["seq"]))
        await waiting.send("two")
        second = await stream.next("message")
        assert second["seq"] == first["seq"] + 1
        assert second["body"] == [{"type": "p", "lines": [[{"text": "two"}]]}]


async def test_the_state_says_whose_it_is(
    app: App, ana: Person, ben: Person, waiting: Customer, follow: Follow
) -> None:
    conversation = await app.desk.conversation(waiting.id)
    live = follow(ana).conversation(conversation, after=conversation.last_seq)
    async with aclosing(live) as frames:
        stream = Stream(frames)
        await stream.next("state")
        await ben.done(waiting.id, "claim")
        state = await stream.next("state")
        assert (state["label"], state["mine"]) == ("With Ben", False)


async def test_signing_out_ends_the_streams(ana: Person, follow: Follow) -> None:
    live = follow(ana, signed_in=False, heartbeat=0.01)
    frames = [frame async for frame in live.inbox()]
    assert len(frames) == 2


async def test_a_quiet_stream_beats(ana: Person, follow: Follow) -> None:
    async with aclosing(follow(ana, heartbeat=0.01).inbox()) as frames:
        found = [await anext(frames) for _ in range(4)]
    assert found[-1].startswith(b":")


def sizes(inbox: dict[str, Any]) -> dict[str, int]:
    return {queue["name"]: len(queue["rows"]) for queue in inbox["queues"]}
