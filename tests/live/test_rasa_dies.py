"""Rasa is killed, frozen or mute, and the customer is still answered and loses nothing."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.product import Chat, Product, started

pytestmark = pytest.mark.live
Start = Callable[..., Chat]


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product of its own, since these tests break it."""
    with started(tmp_path_factory.mktemp("fragile")) as running:
        yield running


def answered(talk: Chat, question: str) -> float:
    """Ask, and return the seconds until the answer."""
    started = time.monotonic()
    replies = talk.ask(question)
    took = time.monotonic() - started
    assert any(m["kind"] == "answer" for m in replies), replies
    return took


def test_rasa_killed_in_mid_conversation(fragile: Product, customer: Start) -> None:
    talk = customer(fragile)
    answered(talk, "Where is my order?")
    joined = sum("Rasa joined" in line for line in fragile.lines)
    fragile.child("bot.launcher").send_signal(signal.SIGKILL)
    assert answered(talk, "I forgot my password. How do I log in again?") <= 5
    assert answered(talk, "How long does delivery take within Japan?") <= 5
    fragile.wait_for_line("Rasa joined", times=joined + 1)
    assert answered(talk, "Where is my order?") <= 5
    said = [m["text"] for m in talk.transcript() if m["from"] == "customer"]
    assert len(said) == 4
    assert [m["seq"] for m in talk.transcript()] == list(range(1, len(talk.transcript()) + 1))


def test_rasa_frozen_answers_from_the_index_and_offers_a_person(
    fragile: Product, customer: Start
) -> None:
    talk = customer(fragile)
    rasa = fragile.child("bot.launcher")
    rasa.suspend()
    try:
        assert answered(talk, "Where is my order?") <= 5
        # The circuit opens, so that the next customers do not wait for the time limit.
        for _ in range(3):
            answered(customer(fragile), "Where is my order?")
        assert answered(customer(fragile), "Where is my order?") <= 2
        state = talk.http.post(f"{talk.path}/handoff", json={})
        assert state.json()["state"] == "waiting"
    finally:
        rasa.resume()


def test_the_app_killed_between_message_and_answer(fragile: Product, customer: Start) -> None:
    talk = customer(fragile)
    rasa = fragile.child("bot.launcher")
    rasa.suspend()
    try:
        message = talk.post("Where is my order?")
        fragile.child("web_widget").send_signal(signal.SIGKILL)
    finally:
        rasa.resume()
    deadline = time.monotonic() + 60
    replies: list[dict[str, Any]] = []
    while not replies and time.monotonic() < deadline:
        time.sleep(0.5)
        with suppress(httpx.TransportError):  # while the app is down
            replies = [m for m in talk.transcript(message["seq"]) if m["from"] == "bot"]
    assert any(m["kind"] == "answer" for m in replies), replies
