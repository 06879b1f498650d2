"""The app on a port of its own, in a thread, for a real browser."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import uvicorn

from helpdesk.database import Database
from tests.web_widget.support import FakeRasa
from web_widget.app import App, build, create_public_app
from web_widget.knowledge import Knowledge
from web_widget.settings import Settings

T = TypeVar("T")


@dataclass
class Running:
    address: str
    app: App
    loop: asyncio.AbstractEventLoop

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` where the app runs, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)


@contextmanager
def serving(settings: Settings, knowledge: Knowledge) -> Iterator[Running]:
    """Rasa is out of reach: the index answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    started = threading.Event()
    running: list[Running] = []
    servers: list[uvicorn.Server] = []

    async def main() -> None:
        transport = httpx.MockTransport(FakeRasa())
        app = build(settings, knowledge, Database(settings.database), transport=transport)
        config = uvicorn.Config(create_public_app(app), log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        servers.append(server)
        running.append(Running(f"http://127.0.0.1:{port}", app, asyncio.get_running_loop()))
        started.set()
        try:
            await server.serve(sockets=[listener])
        finally:
            await app.close()

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert started.wait(20)
    try:
        yield running[0]
    finally:
        # Open event streams would keep the server waiting for their end.
        running[0].loop.call_soon_threadsafe(running[0].app.hub.close)
        servers[0].should_exit = True
        thread.join(20)
        listener.close()
