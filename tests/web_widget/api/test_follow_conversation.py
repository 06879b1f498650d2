"""A widget follows its conversation over a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from helpdesk.types import Staff
from tests.web_widget.conftest import MakeApp
from tests.web_widget.support import Customer, assert_problem, until
from web_widget.app import App, create_public_app


@pytest.fixture
def app(make_app: MakeApp) -> App:
    return make_app(max_streams="10")


@pytest.fixture
async def http(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that reaches the app over TCP."""
    config = uvicorn.Config(
        create_public_app(app), port=0, lifespan="off", log_config=None, ws="none",
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        yield client
    app.hub.close()
    server.should_exit = True
    await serving


Event = tuple[str, Any, str | None]


@asynccontextmanager
async def following(customer: Customer, **headers: str) -> AsyncIterator[AsyncIterator[Event]]:
    """The events of a stream: (kind, data, id)."""
    stream = customer.http.stream(
        "GET",
        customer.path + "/events",
        headers={n: v.encode() for n, v in {**customer.headers, **headers}.items()},
    )
    async with asyncio.timeout(20), stream as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert response.headers["X-Accel-Buffering"] == "no"
        yield _events(response)


async def _events(response: httpx.Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "data" in fields:
            yield fields["event"], json.loads(fields["data"]), fields.get("id")
            fields = {}


async def test_it_works(vera: Customer) -> None:
    async with following(vera) as events:
        kind, greeting, number = await anext(events)
        assert (kind, greeting["seq"], number) == ("message", 1, "1")
        assert await anext(events) == ("state", {"state": "bot"}, None)
        await vera.send("Where is my order?")
        seen = []
        while not any(m["kind"] == "answer" for m in seen):
            kind, data, number = await anext(events)
            if kind == "message":
                assert number == str(data["seq"])
                seen.append(data)
    assert [m["seq"] for m in seen] == list(range(2, 2 + len(seen)))
    assert seen == (await vera.messages(after=1))[: len(seen)]


async def test_it_resumes_where_it_broke_off(app: App, vera: Customer) -> None:
    await vera.send("Where is my order?")
    await app.desk.idle()
    stored = await vera.messages()
    async with following(vera, **{"Last-Event-ID": "2"}) as events:
        seen = [(await anext(events))[1] for _ in stored[2:]]
    assert seen == stored[2:]


@pytest.mark.parametrize("strange", ["-1", "9" * 40, "999999", "abc", "\uff11"])
async def test_a_strange_last_event_id_loses_nothing_new(
    app: App, vera: Customer, strange: str
) -> None:
    async with following(vera, **{"Last-Event-ID": strange}) as events:
        while (await anext(events))[0] != "state":
            pass
        sent = (await vera.send("Where is my order?")).json()["message"]
        kind, data, _ = await anext(events)
        while kind != "message":
            kind, data, _ = await anext(events)
        assert data["seq"] == sent["seq"]
    await app.desk.idle()


async def test_everybody_is_told_of_every_message_once(app: App, vera: Customer) -> None:
    """Streams that open at any moment of a busy conversation see one and the same list."""

    async def watch() -> list[int]:
        seen: list[int] = []
        async with following(vera) as events:
            async for kind, data, _ in events:
                if kind == "message":
                    seen.append(data["seq"])
                if len(seen) == 25:
                    return seen
        return seen

    async def write() -> None:
        for number in range(12):
            await vera.send(f"Where is my order {number}?")
            await app.desk.idle()

    writing = asyncio.create_task(write())
    watching = []
    for _ in range(5):
        watching.append(asyncio.create_task(watch()))
        await asyncio.sleep(0.05)
    assert await asyncio.gather(*watching) == [list(range(1, 26))] * 5
    await writing


async def test_it_tells_when_a_person_comes(app: App, vera: Customer, ana: Staff) -> None:
    async with following(vera) as events:
        await vera.post("/handoff", {})
        await app.desk.claim(vera.id, ana)
        states = []
        while not states or states[-1]["state"] != "agent":
            kind, data, _ = await anext(events)
            if kind == "state":
                states.append(data)
        assert states[-1]["agent_name"] == "Ana"
        assert {"state": "waiting", "position": 1} in states


async def test_a_browser_that_leaves_is_forgotten(app: App, vera: Customer) -> None:
    async with following(vera) as events:
        await anext(events)
        assert app.hub.count() == 1 and app.streams.open == 1
    await until(lambda: not app.hub.count() and not app.streams.open)


async def test_a_conversation_has_only_so_many_streams(app: App, vera: Customer) -> None:
    app.streams._per_topic = 1
    async with following(vera) as events:
        await anext(events)
        refused = await vera.call("GET", "/events")
        assert_problem(refused, 429, "event streams open")
        assert "Retry-After" in refused.headers
