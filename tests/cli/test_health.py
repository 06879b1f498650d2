"""Asking a process whether it answers never makes the supervisor wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli.helpers import eventually, free_port
from web_widget.supervisor.health import HttpGet, InBackground, reachable_host, url


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response({"/good": 204, "/bad": 503}[self.path])
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_good_answer_is_2xx(port: int) -> None:
    assert HttpGet("127.0.0.1", port, "/good")()
    assert not HttpGet("127.0.0.1", port, "/bad")()


def test_nobody_there_is_no_answer() -> None:
    assert not HttpGet("127.0.0.1", free_port(), "/good")()


def test_asking_returns_at_once_and_the_answer_comes_later() -> None:
    go_on = threading.Event()
    probe = InBackground(lambda: go_on.wait(30))
    assert probe.ask() is None
    assert probe.ask() is None
    go_on.set()
    answers: list[bool] = []
    eventually(
        lambda: bool(answers.append(found) if (found := probe.ask()) else answers), "it is there"
    )
    assert answers == [True]


def test_the_answer_of_a_process_that_is_gone_is_forgotten() -> None:
    answers = [True]
    probe = InBackground(lambda: answers[0])
    assert probe.ask() is None
    probe.forget()
    answers[0] = False
    assert probe.ask() is None
    found: list[bool | None] = []

    def answered() -> bool:
        found.append(probe.ask())
        return found[-1] is not None

    eventually(answered, "the answer is there")
    assert found[-1] is False


@pytest.mark.parametrize(
    ("host", "called"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("shop", "http://shop:8000"),
    ],
)
def test_the_address_shown_can_be_opened(host: str, called: str) -> None:
    assert url(reachable_host(host), 8000) == called
