"""Who may talk to Rasa, what it tells nobody, and how it fails."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.dialogue.calls import METADATA
from tests.dialogue.live.dialogue_server import ActionServer, RasaServer

pytestmark = pytest.mark.live

GREETING = {"say": "greet", "record": "small_talk"}
THANKS = {"say": "thanks", "record": "confirmed"}
HELLO = {"sender": "c1", "message": "hello", "metadata": dict(METADATA)}


@pytest.mark.parametrize(
    "token", [None, "", "wrong", "token-of-the-channe", "token-of-the-channels"]
)
def test_only_who_knows_the_token_is_heard(rasa: RasaServer, token: str | None) -> None:
    response = rasa.post(HELLO, token)
    assert response.status_code == 401
    assert response.json()["error"] == "The header X-Kotae-Token is missing or wrong."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"message": "hello"}, "sender is missing: the id of the conversation."),
        ({"sender": " ", "message": "hello"}, "sender is missing: the id of the conversation."),
        ({"sender": 7, "message": "hello"}, "sender is missing: the id of the conversation."),
        ({"sender": "c1"}, "message is missing: a text."),
        ({"sender": "c1", "message": None}, "message is missing: a text."),
        ({**HELLO, "metadata": [1]}, "metadata must be a JSON object."),
        ([HELLO], "The body must be a JSON object."),
    ],
)
def test_conversations_are_never_shared(rasa: RasaServer, body: Any, sentence: str) -> None:
    response = rasa.post(body)
    assert (response.status_code, response.json()["error"]) == (400, sentence)


def test_rasa_listens_on_this_machine_only(rasa: RasaServer) -> None:
    """Every address of 127.0.0.0/8 would answer if Rasa listened on all interfaces."""
    with socket.socket() as probe:
        probe.settimeout(2)
        assert probe.connect_ex(("127.0.0.1", rasa.port)) == 0
    with socket.socket() as probe:
        probe.settimeout(2)
        assert probe.connect_ex(("127.0.0.2", rasa.port)) != 0


@pytest.fixture
def no_actions(action_server: ActionServer) -> Iterator[ActionServer]:
    """The actions are down until the test starts them."""
    action_server.stop()
    yield action_server
    if not action_server.is_up:
        action_server.start()


def test_it_goes_mute_without_its_actions_and_comes_back(
    rasa: RasaServer, action_server: ActionServer
) -> None:
    rasa.say("c-mute", "hello")
    action_server.stop()
    assert rasa.say("c-mute", "where is my parcel?") == []
    assert rasa.say("c-mute", "hello") == [GREETING]
    action_server.start()
    assert rasa.say("c-mute", "thanks", offered="helped") == [THANKS]
    assert rasa.say("c-mute", "where is my parcel?")[0]["decision"]["kind"] == "answer"


def test_a_conversation_may_begin_while_the_actions_are_down(
    rasa: RasaServer, no_actions: ActionServer
) -> None:
    assert rasa.say("c-new", "hello") == []
    no_actions.start()
    assert rasa.say("c-new", "hello") == [GREETING]
    assert rasa.say("c-new", "thanks", offered="helped") == [THANKS]


def test_a_wrong_token_of_the_actions_makes_it_mute(rasa: RasaServer) -> None:
    rasa.kill()
    rasa.start(KOTAE_ACTION_TOKEN="wrong")
    try:
        assert rasa.say("c-token", "where is my parcel?") == []
    finally:
        rasa.kill()
        rasa.start()


def test_the_log_tells_nothing_that_a_customer_wrote(
    rasa: RasaServer, no_actions: ActionServer
) -> None:
    secret = "my parcel to Zanzibar 8842"
    rasa.say("c-log", secret)
    no_actions.start()
    assert rasa.say("c-log", secret)
    log = rasa.log.read_text()
    assert "action_session_start" in log  # what failed is named
    assert "zanzibar" not in log.lower()
