"""Asks a process over HTTP whether it can work, without waiting for the answer."""

import contextlib
import http.client
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Probe(Protocol):
    def ask(self) -> bool | None:
        """The answer; None when it is not there yet: ask again."""

    def forget(self) -> None:
        """Another process is asked from now on: drop an answer that is under way."""


@dataclass(frozen=True, slots=True)
class HttpGet:
    """True for a 2xx answer within `timeout` seconds. Never goes through a proxy."""

    host: str
    port: int
    path: str
    timeout: float = 4.0

    def __call__(self) -> bool:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        with contextlib.closing(connection):
            try:
                connection.request("GET", self.path)
                return 200 <= connection.getresponse().status < 300
            except (OSError, http.client.HTTPException):
                return False


class InBackground:
    """A question that may take seconds, asked from a thread: the supervisor stays attentive."""

    def __init__(self, question: Callable[[], bool]) -> None:
        self._question = question
        self._answers: list[bool] | None = None  # of the question under way, if there is one

    def ask(self) -> bool | None:
        if self._answers is None:
            self._answers = answers = []
            threading.Thread(target=lambda: answers.append(self._question()), daemon=True).start()
            return None
        if not self._answers:
            return None
        answer, self._answers = self._answers[0], None
        return answer

    def forget(self) -> None:
        self._answers = None


def reachable_host(host: str) -> str:
    """The host to call for a server that listens on `host`, which may be every address."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
