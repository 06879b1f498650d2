"""The real product as a person starts it: `kotae up`, in its own folder and on free ports."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.databases import fresh_schema

ROOT = Path(__file__).resolve().parent.parent
KOTAE = ROOT / ".venv" / "bin" / "kotae"
STARTS_WITHIN = 240.0  # seconds; the first start trains the dialogue and builds the index
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody holds right now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


@dataclass
class Product:
    """A running Kotae; `lines` is what `kotae up` printed so far, without colours."""

    var: Path
    settings: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    starts_within: float = STARTS_WITHIN

    def __post_init__(self) -> None:
        self._reader: threading.Thread | None = None
        self.port, self.action_port, self.rasa_port = free_ports(3)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a person would have exported: her shell's variables and Kotae's settings."""
        shell = {k: v for k, v in os.environ.items() if not k.startswith("KOTAE_")}
        return shell | {
            "KOTAE_PORT": str(self.port),
            "KOTAE_ACTION_PORT": str(self.action_port),
            "KOTAE_RASA_PORT": str(self.rasa_port),
            "KOTAE_VAR_DIR": str(self.var),
            "NO_COLOR": "1",
            # What a test counts is what it did itself.
            "KOTAE_DEMO_HISTORY_DAYS": "0",
            "KOTAE_REMEMBER_QUESTIONS": "false",
            **self.settings,
        }

    def start(self, *, rasa: bool = True) -> Product:
        """Start it and wait until it says that it is ready (and that Rasa joined)."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [str(KOTAE), "up", "--demo"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.wait_for_line(f"Kotae is ready at {self.url}")
        if rasa:
            self.wait_for_line("Rasa joined")
        return self

    def _read(self) -> None:
        assert self.process is not None and self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(ANSI.sub("", line).rstrip())

    def wait_for_line(self, fragment: str, *, times: int = 1) -> str:
        """The line that holds `fragment` for the n-th time; fails with the output if none does."""
        deadline = time.monotonic() + self.starts_within
        while time.monotonic() < deadline:
            hits = [line for line in list(self.lines) if fragment in line]
            if len(hits) >= times:
                return hits[times - 1]
            if self.process is not None and self.process.poll() is not None:
                break
            time.sleep(0.1)
        tail = "\n".join(self.lines[-40:])
        raise AssertionError(f"kotae up never printed {fragment!r}; it printed:\n{tail}")

    def stop(self) -> int:
        """Ctrl-C, as a person does; returns the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
        if self._reader is not None:
            self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()
        return self.process.returncode

    def child(self, fragment: str) -> psutil.Process:
        """The process whose command line holds `fragment` ("bot.launcher", "web_widget")."""
        assert self.process is not None
        for each in psutil.Process(self.process.pid).children(recursive=True):
            command = " ".join(each.cmdline())
            if fragment in command and "kotae up" not in command:
                return each
        raise AssertionError(f"no process of the product runs {fragment}")

    def password(self) -> str:
        return (self.var / "demo-password").read_text(encoding="utf-8").strip()

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another `kotae` command against the same installation."""
        return subprocess.run(
            [str(KOTAE), *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@contextmanager
def started(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Product]:
    """A running product, on the database that the tests are told to use."""
    with fresh_schema() as schema:
        database = {"KOTAE_DATABASE_URL": schema} if schema else {}
        running = Product(folder, {**database, **(settings or {})})
        try:
            yield running.start()
        finally:
            running.stop()


class Patient(httpx.HTTPTransport):
    """Does what a 429 asks for: waits and tries again, as the widget does."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(30):
            response = super().handle_request(request)
            if response.status_code != 429:
                return response
            response.close()
            time.sleep(float(response.headers.get("Retry-After", "1")))
        return response


@dataclass
class Chat:
    """A customer's conversation over the public HTTP API."""

    http: httpx.Client
    id: str
    token: str
    greeting: list[dict[str, Any]]
    seen: int

    @classmethod
    def start(cls, url: str, language: str = "en", **more: str) -> Chat:
        http = httpx.Client(base_url=url, timeout=30, transport=Patient())
        made = http.post("/api/conversations", json={"language": language, **more})
        assert made.status_code == 201, made.text
        body = made.json()
        http.headers["Authorization"] = f"Bearer {body['token']}"
        seen = max((m["seq"] for m in body["greeting"]), default=0)
        return cls(http, body["conversation_id"], body["token"], body["greeting"], seen)

    @property
    def path(self) -> str:
        return f"/api/conversations/{self.id}"

    def post(self, text: str | None = None, *, choice: str | None = None) -> dict[str, Any]:
        """Send one message; returns it as acknowledged."""
        body: dict[str, Any] = {"client_msg_id": uuid.uuid4().hex}
        body |= {"text": text} if choice is None else {"choice": choice}
        sent = self.http.post(f"{self.path}/messages", json=body)
        assert sent.status_code == 202, sent.text
        message: dict[str, Any] = sent.json()["message"]
        self.seen = max(self.seen, message["seq"])
        return message

    def ask(self, text: str | None = None, *, choice: str | None = None) -> list[dict[str, Any]]:
        """Send and wait for everything that comes back until it is quiet again."""
        self.post(text, choice=choice)
        return self.wait()

    def wait(
        self, until: Callable[[Sequence[dict[str, Any]]], bool] = bool, seconds: float = 30
    ) -> list[dict[str, Any]]:
        """New messages not by the customer, once `until` holds for them."""
        deadline = time.monotonic() + seconds
        found: list[dict[str, Any]] = []
        while time.monotonic() < deadline:
            found = [m for m in self.transcript(self.seen) if m["from"] != "customer"]
            if until(found):
                # What is shown for one message is committed at once, so nothing more is on its way.
                self.seen = max(m["seq"] for m in found)
                return found
            time.sleep(0.15)
        raise AssertionError(f"nothing fitting arrived within {seconds} s; there is {found}")

    def transcript(self, after: int = 0) -> list[dict[str, Any]]:
        got = self.http.get(f"{self.path}/messages", params={"after": after})
        assert got.status_code == 200, got.text
        messages: list[dict[str, Any]] = got.json()["messages"]
        return messages

    def state(self) -> dict[str, Any]:
        body: dict[str, Any] = self.http.get(f"{self.path}/messages").json()
        return body

    def stream(self, after: int = 0, count: int = 1) -> list[dict[str, Any]]:
        """The next `count` messages of the event stream, resumed after a sequence number."""
        headers = {"Last-Event-ID": str(after)}
        messages: list[dict[str, Any]] = []
        with self.http.stream("GET", f"{self.path}/events", headers=headers) as lines:
            event = ""
            for line in lines.iter_lines():
                if line.startswith("event:"):
                    event = line.removeprefix("event:").strip()
                elif line.startswith("data:") and event == "message":
                    messages.append(json.loads(line.removeprefix("data:")))
                    if len(messages) == count:
                        break
        return messages


def python_of(environment: str) -> str:
    """The interpreter of `.venv` or `.venv-rasa`."""
    path = ROOT / environment / "bin" / "python"
    return str(path) if path.exists() else sys.executable
