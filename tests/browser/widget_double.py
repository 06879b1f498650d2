"""A stand-in for Kotae's widget API: keeps its contract, replies by script, fails on command.

Runs a real server in a thread of the test process, so that a real browser meets real sockets.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from web_widget.demo_shop import demo_routes
from web_widget.embed import widget_routes
from web_widget.sites import Site, Sites

Message = dict[str, Any]
Replies = Callable[["Talk", str], list[Message]]

GREETING = {
    "en": "Hello! What can I help you with?",
    "ja": "こんにちは。どのようなことでお困りですか？",
}


@dataclass
class EmbedSettings:
    allowed_origins: tuple[str, ...] = ()
    team_name: str = "Yamamichi Outdoor"
    demo: bool = True

    @property
    def sites(self) -> Sites:
        return Sites(Site("", self.allowed_origins, ("en", "ja")))


@dataclass
class Talk:
    """One conversation."""

    id: str
    token: str
    language: str
    facts: dict[str, Any]
    messages: list[Message] = field(default_factory=list)
    state: str = "bot"
    position: int | None = None
    wait_minutes: int | None = None
    agent_name: str | None = None
    streams: list[asyncio.Queue[bytes | None]] = field(default_factory=list)

    def desk(self) -> dict[str, Any]:
        desk: dict[str, Any] = {"state": self.state}
        if self.position is not None:
            desk["position"] = self.position
        if self.wait_minutes is not None:
            desk["wait_minutes"] = self.wait_minutes
        if self.agent_name is not None:
            desk["agent_name"] = self.agent_name
        return desk

    def add(self, sender: str, text: str, kind: str = "text", **more: Any) -> Message:
        message = {
            "seq": len(self.messages) + 1,
            "at": datetime.now(UTC).isoformat(),
            "from": sender,
            "kind": kind,
            "text": text,
            **more,
        }
        self.messages.append(message)
        self.push("message", message, message["seq"])
        return message

    def push(self, kind: str, data: dict[str, Any], seq: int | None = None) -> None:
        for stream in self.streams:
            stream.put_nowait(event(kind, data, seq))


def event(kind: str, data: dict[str, Any], seq: int | None = None) -> bytes:
    head = f"id: {seq}\n" if seq is not None else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def failure(status: int, sentence: str, retry_after: int | None = None) -> Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = {"ok": False, "error": sentence, "errors": [sentence], "status": status}
    return JSONResponse(body, status_code=status, headers=headers)


@dataclass
class Failure:
    status: int
    retry_after: int | None = None
    sentence: str = "No."
    after_commit: bool = False
    """The server has done what was asked, and only the answer is lost."""


class Double:
    """The server, its conversations, and what it is told to do wrong."""

    def __init__(self) -> None:
        self.talks: dict[str, Talk] = {}
        self.requests: list[tuple[str, str]] = []
        self.failures: dict[str, list[Failure]] = defaultdict(list)
        self.feedback: list[dict[str, Any]] = []
        self.surveys: list[dict[str, Any]] = []
        self.replies: Replies = lambda _talk, text: [{"text": f"You said: {text}"}]
        self.greeting = dict(GREETING)
        self.questions: list[str] = []
        self.starters: list[str] = []
        self.reply_after = 0.05
        self.stream_gate = threading.Event()
        """Cleared, streams are held back as some proxies do."""
        self.stream_gate.set()
        self.url = ""
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def talk(self) -> Talk:
        """The conversation begun last."""
        return list(self.talks.values())[-1]

    def fail(self, what: str, status: int, times: int = 1, **more: Any) -> None:
        """The next calls of `what` (start, send, history, events, handoff, feedback) fail."""
        self.failures[what].extend(Failure(status, **more) for _ in range(times))

    def do(self, work: Callable[[], Any]) -> None:
        """Run something where the streams live."""
        assert self._loop
        done = threading.Event()

        def run() -> None:
            work()
            done.set()

        self._loop.call_soon_threadsafe(run)
        assert done.wait(5)

    def say(self, sender: str, text: str, kind: str = "text", **more: Any) -> None:
        self.do(lambda: self.talk.add(sender, text, kind, **more))

    def set_state(
        self,
        state: str,
        position: int | None = None,
        agent_name: str | None = None,
        wait_minutes: int | None = None,
    ) -> None:
        def change() -> None:
            talk = self.talk
            talk.state, talk.position, talk.agent_name = state, position, agent_name
            talk.wait_minutes = wait_minutes
            talk.push("state", talk.desk())

        self.do(change)

    def typing(self, who: str) -> None:
        """Waits for a stream first: unlike messages, this sign is not sent again to a late one."""
        deadline = time.monotonic() + 5
        while not self.talk.streams and time.monotonic() < deadline:
            time.sleep(0.02)
        self.do(lambda: self.talk.push("typing", {"from": who}))

    def drop_streams(self) -> None:
        def drop() -> None:
            for talk in self.talks.values():
                for stream in talk.streams:
                    stream.put_nowait(None)

        self.do(drop)

    def received(self) -> list[str]:
        """What the customer said in the conversation begun last."""
        return [m["text"] for m in self.talk.messages if m["from"] == "customer"]

    def app(self, settings: EmbedSettings) -> FastAPI:
        app = FastAPI()

        async def count(request: Request) -> None:
            self._loop = asyncio.get_running_loop()
            self.requests.append((request.method, request.url.path))

        app.router.dependencies.append(Depends(count))
        app.include_router(widget_routes(settings, settings.sites))
        app.include_router(demo_routes())
        self._api(app)
        return app

    def _fails(self, what: str, *, after_commit: bool = False) -> Response | None:
        planned = self.failures[what]
        if not planned or planned[0].after_commit is not after_commit:
            return None
        now = planned.pop(0)
        return failure(now.status, now.sentence, now.retry_after)

    def _find(self, request: Request) -> Talk | None:
        talk = self.talks.get(request.path_params["talk_id"])
        token = request.headers.get("authorization", "")
        return talk if talk and token == f"Bearer {talk.token}" else None

    def _answer(self, talk: Talk, text: str) -> None:
        for reply in self.replies(talk, text):
            talk.add(**{"sender": "bot", **reply})

    def _api(self, app: FastAPI) -> None:
        @app.post("/api/conversations")
        async def start(request: Request) -> Response:
            if failed := self._fails("start"):
                return failed
            facts = await request.json()
            talk = Talk(secrets.token_hex(8), secrets.token_hex(32), facts["language"], facts)
            self.talks[talk.id] = talk
            talk.add("bot", self.greeting[talk.language])
            body = {"conversation_id": talk.id, "token": talk.token, "language": talk.language}
            return JSONResponse({**body, "greeting": talk.messages[:1]}, status_code=201)

        @app.post("/api/conversations/{talk_id}/messages")
        async def send(request: Request) -> Response:
            if failed := self._fails("send"):
                return failed
            if not (talk := self._find(request)):
                return failure(404, "There is no such conversation")
            body = await request.json()
            known = [m for m in talk.messages if m.get("client_msg_id") == body["client_msg_id"]]
            if not known:
                known = [self._take(talk, body)]
            if failed := self._fails("send", after_commit=True):
                return failed
            return JSONResponse({"message": known[0]}, status_code=202)

        @app.get("/api/conversations/{talk_id}/messages")
        async def history(request: Request, after: int = 0) -> Response:
            if failed := self._fails("history"):
                return failed
            if not (talk := self._find(request)):
                return failure(404, "There is no such conversation")
            messages = [m for m in talk.messages if m["seq"] > after]
            return JSONResponse({"messages": messages, **talk.desk()})

        @app.get("/api/conversations/{talk_id}/events")
        async def events(request: Request) -> Response:
            if failed := self._fails("events"):
                return failed
            if not (talk := self._find(request)):
                return failure(404, "There is no such conversation")
            return self._stream(talk, int(request.headers.get("last-event-id", "0")))

        self._small_routes(app)

    def _small_routes(self, app: FastAPI) -> None:
        @app.post("/api/conversations/{talk_id}/handoff")
        async def handoff(request: Request) -> Response:
            if failed := self._fails("handoff"):
                return failed
            talk = self._find(request)
            assert talk
            talk.state, talk.position = "waiting", 2
            talk.add("bot", "I am handing you over to a person.", "handoff")
            talk.push("state", talk.desk())
            return JSONResponse(talk.desk())

        @app.delete("/api/conversations/{talk_id}/handoff")
        async def cancel(request: Request) -> Response:
            talk = self._find(request)
            assert talk
            talk.state, talk.position = "bot", None
            talk.push("state", talk.desk())
            return JSONResponse(talk.desk())

        @app.post("/api/conversations/{talk_id}/feedback")
        async def feedback(request: Request) -> Response:
            if failed := self._fails("feedback"):
                return failed
            self.feedback.append(await request.json())
            return Response(status_code=204)

        @app.post("/api/conversations/{talk_id}/typing")
        async def typing() -> Response:
            return Response(status_code=204)

        @app.post("/api/conversations/{talk_id}/survey")
        async def survey(request: Request) -> Response:
            self.surveys.append(await request.json())
            return Response(status_code=204)

        @app.get("/api/suggestions")
        async def suggestions(language: str, q: str = "") -> dict[str, Any]:
            known = self.questions if q else self.starters
            fitting = [text for text in known if q.lower() in text.lower()]
            found = [{"faq_id": f"q{i}", "question": text} for i, text in enumerate(fitting[:5])]
            return {"suggestions": found if language else []}

    def _take(self, talk: Talk, body: dict[str, Any]) -> Message:
        text = body.get("text")
        if text is None:
            offered = [c for m in talk.messages for c in m.get("choices", [])]
            text = next(c["label"] for c in offered if c["id"] == body["choice"])
        message = talk.add("customer", text, client_msg_id=body["client_msg_id"])
        if talk.state == "bot":
            asyncio.get_running_loop().call_later(self.reply_after, self._answer, talk, text)
        return message

    def _stream(self, talk: Talk, after: int) -> Response:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()

        async def frames() -> AsyncIterator[bytes]:
            talk.streams.append(queue)
            try:
                yield b": open\n\n"
                await asyncio.to_thread(self.stream_gate.wait)
                for message in [m for m in talk.messages if m["seq"] > after]:
                    yield event("message", message, message["seq"])
                yield event("state", talk.desk())
                while (item := await queue.get()) is not None:
                    yield item
            finally:
                talk.streams.remove(queue)

        return StreamingResponse(frames(), media_type="text/event-stream")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(app: Any, port: int | None = None) -> Iterator[str]:
    """A server in a thread; yields its origin."""
    port = port or free_port()
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_level="critical",
        timeout_graceful_shutdown=1,
        ws="none",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
