"""The real Rasa, started as the product starts it, and the real actions over a scripted index."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette

from actions.executor import build_executor
from tests.dialogue.calls import METADATA, TODAY
from tests.dialogue.scripted_index import ScriptedLive
from web_widget.action_server import action_routes

ACTION_TOKEN = "token-of-the-actions"
RASA_TOKEN = "token-of-the-channel"
START_TIMEOUT = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(url: str, process: subprocess.Popen[str] | None = None) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise AssertionError(f"the process behind {url} ended with {process.returncode}")
        try:
            httpx.get(url, timeout=1)
            return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer within {START_TIMEOUT:g} s")


class ActionServer:
    """Serves the actions in a thread of this process; can be taken down and up again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.live = ScriptedLive()
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        executor = build_executor(self.live, lambda: TODAY)  # type: ignore[arg-type]
        app = Starlette(routes=action_routes(executor, ACTION_TOKEN))
        config = uvicorn.Config(app, port=self.port, log_level="warning", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        wait_until_it_answers(f"http://127.0.0.1:{self.port}/health")

    @property
    def is_up(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(10)


@dataclass
class RasaServer:
    root: Path
    python: Path
    model: Path
    actions_port: int
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[str] | None = None

    def start(self, **environment: str) -> None:
        tokens = {
            "KOTAE_ACTIONS_URL": f"http://127.0.0.1:{self.actions_port}/webhook",
            "KOTAE_ACTION_TOKEN": ACTION_TOKEN,
            "KOTAE_RASA_TOKEN": RASA_TOKEN,
        }
        command = [
            *(str(self.python), "-m", "bot.launcher", "run", "-m", str(self.model)),
            *("-p", str(self.port)),
            *("--endpoints", "bot/endpoints.yml", "--credentials", "bot/credentials.yml"),
        ]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.root,
                env={**os.environ, **self.environment, **tokens, **environment},
                stdout=log,
                stderr=log,
                text=True,
            )
        wait_until_it_answers(f"http://127.0.0.1:{self.port}/", self._process)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def post(self, body: Any, token: str | None = RASA_TOKEN) -> httpx.Response:
        headers = {"X-Kotae-Token": token} if token is not None else {}
        url = f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"
        return httpx.post(url, content=json.dumps(body), headers=headers, timeout=30)

    def say(self, sender: str, text: str, **metadata: Any) -> list[dict[str, Any]]:
        """The payloads of the answer to one message."""
        known = {**METADATA, **metadata}
        response = self.post({"sender": sender, "message": text, "metadata": known})
        assert response.status_code == 200, response.text
        return [message["custom"] for message in response.json()]
