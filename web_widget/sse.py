"""Server-sent events: one stream of one conversation, without gaps and without repeats."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

import structlog
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Send

from helpdesk.errors import AppError, Busy, TooMany
from helpdesk.push import Hub, Push
from helpdesk.types import Message
from web_widget.errors import failure

log = structlog.get_logger(__name__)

# Proxies close a connection that is silent for 30 s or more.
HEARTBEAT_SECONDS = 15.0
_HEARTBEAT = b": still here\n\n"
_RETRY = b"retry: 2000\n\n"

Read = Callable[[int], Awaitable[list[Message]]]
"""The messages of a conversation after a number, oldest first, at most a page of them."""


def frame(kind: str, data: Mapping[str, Any], seq: int | None = None) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return format_sse_event(data_str=text, event=kind, id=None if seq is None else str(seq))


class Streams:
    """How many streams are open, in all and on each topic."""

    def __init__(self, *, total: int, per_topic: int = 8) -> None:
        self._total = total
        self._per_topic = per_topic
        self._open: Counter[str] = Counter()

    @property
    def open(self) -> int:
        return self._open.total()

    @asynccontextmanager
    async def slot(self, topic: str) -> AsyncIterator[None]:
        """Raise Busy or TooMany when there is no room for one more."""
        if self.open >= self._total:
            raise Busy("Too many event streams are open, please try again later", retry_after=30)
        if self._open[topic] >= self._per_topic:
            raise TooMany(
                f"This conversation has {self._per_topic} event streams open, close one first",
                retry_after=30,
            )
        self._open[topic] += 1
        try:
            yield
        finally:
            self._open[topic] -= 1
            if not self._open[topic]:
                del self._open[topic]


class EventStream(StreamingResponse):
    """Sends frames until they end or the client is gone, and holds a slot all the while."""

    media_type = "text/event-stream"

    def __init__(self, frames: AsyncGenerator[bytes], streams: Streams, topic: str) -> None:
        # A proxy must neither store nor gather what has to arrive at once.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(frames, headers=headers)
        self._frames = frames
        self._streams = streams
        self._topic = topic

    async def stream_response(self, send: Send) -> None:
        async with self._streams.slot(self._topic), aclosing(self._frames):
            try:
                await super().stream_response(send)
            except AppError as exc:
                # Too late for an error: the reader comes back and is told, or finds it mended.
                log.warning("stream ended", **failure(exc))
                await send({"type": "http.response.body", "body": b"", "more_body": False})


async def beating(
    next_push: Callable[[], Awaitable[Push | None]], heartbeat: float
) -> AsyncGenerator[Push | None]:
    """Pushes as they come, and None whenever `heartbeat` seconds passed without one."""
    while True:
        try:
            async with asyncio.timeout(heartbeat):
                push = await next_push()
        except TimeoutError:
            yield None
            continue
        if push is None or push.kind == "dropped":
            return
        yield push


async def conversation_frames(
    hub: Hub,
    topic: str,
    read: Read,
    state: Callable[[], Awaitable[Mapping[str, Any]]],
    *,
    after: int,
    heartbeat: float = HEARTBEAT_SECONDS,
) -> AsyncGenerator[bytes]:
    """Every message after number `after`, once and in order, then news as they come.

    Subscribes before it reads, so nothing falls between; what was both read and pushed is sent
    once; a push that is ahead of its turn is preceded by those it overtook.
    """
    async with hub.subscribe(topic) as live:
        yield _RETRY
        async for message in _missed(read, after):
            after = message.seq
            yield frame("message", message.as_json(), message.seq)
        yield frame("state", await state())
        async with aclosing(beating(live.get, heartbeat)) as pushes:
            async for push in pushes:
                if push is None:
                    yield _HEARTBEAT
                elif push.kind == "typing" and push.data["from"] == "customer":
                    continue
                elif push.seq is None:
                    yield frame(push.kind, push.data)
                elif push.seq > after:
                    async for message in _missed(read, after, until=push.seq - 1):
                        yield frame("message", message.as_json(), message.seq)
                    after = push.seq
                    yield frame(push.kind, push.data, push.seq)


async def _missed(read: Read, after: int, until: int | None = None) -> AsyncIterator[Message]:
    while until is None or after < until:
        page = await read(after)
        for message in page:
            if until is not None and message.seq > until:
                return
            yield message
        if not page:
            return
        after = page[-1].seq
