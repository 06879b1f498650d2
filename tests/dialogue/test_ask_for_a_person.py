"""A person is asked for: handed over with the reason, or contact details outside opening hours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialogue.calls import Actions

BUTTON = "/ask_for_person"


async def test_it_works(actions: Actions) -> None:
    outcome = await actions.run("action_request_person", "a human", intent="ask_for_person")
    assert outcome.payloads == [{"handoff": {"reason": "asked_for_person"}, "say": "handing_over"}]
    assert outcome.slots == {"person": "available"}


async def test_who_has_waited_enough_is_not_told_that_nobody_is_there(actions: Actions) -> None:
    outcome = await actions.run(
        "action_request_person", BUTTON, intent="ask_for_person", leaves_details=True
    )
    assert outcome.payloads == []
    assert outcome.slots == {"person": "away"}


async def test_it_says_when_people_are_back(actions: Actions) -> None:
    outcome = await actions.run(
        "action_request_person", "a human", intent="ask_for_person", staffed=False
    )
    assert outcome.payloads == [{"say": "off_hours"}]
    assert outcome.slots == {"person": "away"}


@pytest.mark.parametrize(
    ("text", "intent", "metadata", "reason"),
    [
        ("a human please", "ask_for_person", {}, "asked_for_person"),
        (
            "a human please",
            "ask_for_person",
            {"offered": "person", "failures": 2},
            "asked_for_person",
        ),
        (BUTTON, "ask_for_person", {}, "asked_for_person"),
        (BUTTON, "ask_for_person", {"offered": "person", "failures": 2}, "low_confidence"),
        (BUTTON, "ask_for_person", {"offered": "person"}, "not_helpful"),
        ("yes", "affirm", {"offered": "person", "failures": 2}, "low_confidence"),
        ("yes", "affirm", {"offered": "person"}, "not_helpful"),
        ("your driver was rude", "complain", {"failures": 1}, "complaint"),
        ("the stove hurt me", "question", {}, "entry_requires_person"),
        ("the stove hurt me", "nlu_fallback", {"failures": 1}, "entry_requires_person"),
        ('/choose_entry{"entry": "x"}', "choose_entry", {}, "entry_requires_person"),
    ],
)
async def test_it_tells_the_agent_why(
    actions: Actions, text: str, intent: str, metadata: dict[str, Any], reason: str
) -> None:
    outcome = await actions.run("action_request_person", text, intent=intent, **metadata)
    assert outcome.payloads[0]["handoff"] == {"reason": reason}
