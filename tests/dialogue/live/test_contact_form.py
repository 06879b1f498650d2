"""Nobody is there: the customer leaves her details, changes her mind, or is interrupted."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.dialogue.live.conftest import Say
from tests.dialogue.live.dialogue_server import RasaServer

pytestmark = pytest.mark.live

ASK_NAME = {"form": "contact_name", "say": "ask_contact_name"}
ASK_EMAIL = {"form": "contact_email", "say": "ask_contact_email"}
ASK_MESSAGE = {"form": "contact_message", "say": "ask_contact_message"}
CANCELLED = {"say": "contact_cancelled", "record": "cancelled"}


def saved(name: str, email: str, message: str) -> dict[str, Any]:
    return {"contact": {"name": name, "email": email, "message": message}, "say": "contact_saved"}


def test_it_works(say: Say) -> None:
    assert say("a human please", staffed=False) == [{"say": "off_hours"}, ASK_NAME]
    assert say("Ana Lima", staffed=False) == [ASK_EMAIL]
    assert say("ana@example.com", staffed=False) == [ASK_MESSAGE]
    question = "Where is my order? I want it today"
    assert say(question, staffed=False) == [saved("Ana Lima", "ana@example.com", question)]
    assert say("hello") == [{"say": "greet", "record": "small_talk"}]


def test_it_works_in_japanese(say: Say) -> None:
    assert say("オペレーターにつないで", staffed=False) == [{"say": "off_hours"}, ASK_NAME]
    assert say("鈴木みどり", staffed=False) == [ASK_EMAIL]
    assert say("ｍｉｄｏｒｉ＠ｅｘａｍｐｌｅ．ｃｏｍ", staffed=False) == [ASK_MESSAGE]
    said = say("担当者と話したいです", staffed=False)
    assert said == [saved("鈴木みどり", "midori@example.com", "担当者と話したいです")]


def test_who_has_waited_enough_leaves_her_details_while_the_team_is_there(say: Say) -> None:
    assert say("/ask_for_person", leaves_details=True) == [ASK_NAME]
    assert say("Ana Lima") == [ASK_EMAIL]
    assert say("ana@example.com") == [ASK_MESSAGE]
    assert say("It never came") == [saved("Ana Lima", "ana@example.com", "It never came")]


def test_a_wrong_detail_is_asked_for_again(say: Say) -> None:
    say("a human please", staffed=False)
    assert say("who are you?", staffed=False) == [{**ASK_NAME, "problem": "bad_contact_name"}]
    assert say("Ana", staffed=False) == [ASK_EMAIL]
    assert say("ana at example", staffed=False) == [{**ASK_EMAIL, "problem": "bad_contact_email"}]
    assert say("ana@example.com", staffed=False) == [ASK_MESSAGE]


@pytest.mark.parametrize("stop", ["/cancel", "never mind", "やめます", "no thanks"])
def test_it_can_be_stopped(say: Say, stop: str) -> None:
    say("a human please", staffed=False)
    say("Ana", staffed=False)
    assert say(stop, staffed=False) == [CANCELLED]
    assert say("where is my parcel?")[0]["decision"]["kind"] == "answer"


def test_it_starts_afresh_after_it_was_stopped(say: Say) -> None:
    say("a human please", staffed=False)
    say("Ana", staffed=False)
    say("/cancel", staffed=False)
    assert say("a human please", staffed=False) == [{"say": "off_hours"}, ASK_NAME]


def test_it_did_not_work_is_a_message(say: Say) -> None:
    for text in ("a human please", "Ana", "ana@example.com"):
        say(text, staffed=False)
    said = say("it did not work", staffed=False)
    assert said == [saved("Ana", "ana@example.com", "it did not work")]


@pytest.mark.parametrize("name", ["Noah", "Bai Yi", "nonsense", "ノダ", "佐藤と申します"])
def test_a_name_may_look_like_something_else(say: Say, name: str) -> None:
    say("a human please", staffed=False)
    assert say(name, staffed=False) == [ASK_EMAIL]


def test_an_old_button_is_no_detail(say: Say) -> None:
    say("a human please", staffed=False)
    assert say("/none_of_these", staffed=False) == [ASK_NAME]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("I want to complain about your driver", {"say": "complaint_sorry", "record": "complaint"}),
        ("yes", {"say": "off_hours"}),
    ],
)
def test_other_ways_to_a_person_lead_here_too(say: Say, text: str, first: dict[str, str]) -> None:
    said = say(text, staffed=False, offered="person")
    assert (said[0], said[-1]) == (first, ASK_NAME)


def test_it_goes_on_after_rasa_was_killed(rasa: RasaServer) -> None:
    conversation = uuid.uuid4().hex
    rasa.say(conversation, "a human please", staffed=False)
    rasa.say(conversation, "Ana", staffed=False)
    rasa.kill()
    rasa.start()
    in_form = {"staffed": False, "form": "contact_email"}
    assert rasa.say(conversation, "ana@example.com", **in_form) == [ASK_NAME]
    assert rasa.say(conversation, "Ana", staffed=False) == [ASK_MESSAGE]
    said = rasa.say(conversation, "Call me", staffed=False)
    assert said == [saved("Ana", "ana@example.com", "Call me")]


def test_everything_else_goes_on_after_rasa_was_killed(rasa: RasaServer) -> None:
    conversation = uuid.uuid4().hex
    rasa.say(conversation, "mending bamboo kites")
    rasa.kill()
    rasa.start()
    said = rasa.say(conversation, "yes", offered="person", failures=2)
    assert said == [{"handoff": {"reason": "low_confidence"}, "say": "handing_over"}]
