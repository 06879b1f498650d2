"""A stream of one conversation: nothing missing, nothing twice, whatever happens meanwhile."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from helpdesk.errors import Busy, TooMany
from helpdesk.push import Hub, Push
from helpdesk.types import Message
from web_widget.sse import Streams, conversation_frames

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def message(seq: int) -> Message:
    return Message("c", seq, AT, "bot", "text", f"text {seq}\nline two")


class Book:
    """Stored messages, as the desk gives them: a few at a time."""

    def __init__(self, hub: Hub, last: int) -> None:
        self.hub = hub
        self.stored = [message(seq) for seq in range(1, last + 1)]
        self.while_reading: Callable[[], None] = lambda: None

    async def read(self, after: int) -> list[Message]:
        page = [m for m in self.stored if m.seq > after][:2]
        self.while_reading()
        await asyncio.sleep(0)
        return page

    async def state(self) -> dict[str, str]:
        return {"state": "bot"}

    def add(self, *, push: bool = True) -> None:
        new = message(len(self.stored) + 1)
        self.stored.append(new)
        if push:
            self.push(new.seq)

    def push(self, seq: int) -> None:
        self.hub.publish("t", Push("message", message(seq).as_json(), seq))

    def frames(self, after: int = 0, heartbeat: float = 5.0) -> AsyncGenerator[bytes]:
        return conversation_frames(
            self.hub, "t", self.read, self.state, after=after, heartbeat=heartbeat
        )


async def numbers(frames: AsyncGenerator[bytes], until: int) -> list[int]:
    """The numbers of the messages sent, up to number `until`."""
    seen: list[int] = []
    async with asyncio.timeout(5), aclosing(frames):
        async for frame in frames:
            if frame.startswith(b"event: message"):
                seen.append(int(frame.split(b"id: ")[1]))
                if seen[-1] >= until:
                    return seen
    return seen


async def test_it_works() -> None:
    book = Book(Hub(), 3)
    frames = book.frames()
    assert (await anext(frames)).startswith(b"retry:")
    first = (await anext(frames)).decode()
    assert first.startswith("event: message\ndata: {") and first.endswith("\nid: 1\n\n")
    assert json.loads(first.splitlines()[1].removeprefix("data: "))["text"] == "text 1\nline two"
    await anext(frames), await anext(frames)
    assert await anext(frames) == b'event: state\ndata: {"state":"bot"}\n\n'
    await frames.aclose()
    assert book.hub.count() == 0


async def test_it_resumes_after_the_last_one_seen() -> None:
    book = Book(Hub(), 5)
    assert await numbers(book.frames(after=3), 5) == [4, 5]


async def test_what_is_said_during_the_replay_comes_once() -> None:
    book = Book(Hub(), 3)
    said = iter(range(3))
    book.while_reading = lambda: book.add() if next(said, None) is not None else None
    frames = book.frames()
    assert await numbers(frames, 6) == [1, 2, 3, 4, 5, 6]


async def test_a_push_that_overtook_others_waits_for_them() -> None:
    book = Book(Hub(), 1)
    frames = book.frames()
    for _ in range(3):
        await anext(frames)
    for _ in range(4):
        book.add(push=False)
    book.push(5)
    book.push(3)
    book.add()
    assert await numbers(frames, 6) == [2, 3, 4, 5, 6]


async def test_silence_is_filled_with_heartbeats() -> None:
    frames = Book(Hub(), 0).frames(heartbeat=0.01)
    seen = [await anext(frames) for _ in range(4)]
    assert seen[2:] == [b": still here\n\n"] * 2
    await frames.aclose()


async def test_it_ends_when_the_server_stops() -> None:
    hub = Hub()
    frames = Book(hub, 0).frames()
    await anext(frames), await anext(frames)
    hub.close()
    with pytest.raises(StopAsyncIteration):
        await anext(frames)


async def test_a_reader_who_is_too_slow_is_let_go_to_resume() -> None:
    book = Book(Hub(limit=2), 0)
    frames = book.frames()
    await anext(frames), await anext(frames)
    for _ in range(5):
        book.add()
    seen = await numbers(frames, 5)
    assert await numbers(book.frames(after=seen[-1] if seen else 0), 5) == list(
        range(len(seen) + 1, 6)
    )


async def test_a_conversation_has_only_so_many_streams() -> None:
    streams = Streams(total=10, per_topic=1)
    async with streams.slot("t"):
        with pytest.raises(TooMany, match="close one first"):
            async with streams.slot("t"):
                pass
    async with streams.slot("t"):
        assert streams.open == 1
    assert streams.open == 0


async def test_the_server_has_only_so_many_streams() -> None:
    streams = Streams(total=1)
    async with streams.slot("a"):
        with pytest.raises(Busy):
            async with streams.slot("b"):
                pass
