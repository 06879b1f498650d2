"""Nobody is there: name, e-mail and message are taken, checked, and handed to the app."""

from __future__ import annotations

import pytest

from tests.dialogue.calls import Actions

DETAILS = {
    "contact_name": "Ana Lima",
    "contact_email": "ana@example.com",
    "contact_message": "My tent leaks.",
}


async def test_it_works(actions: Actions) -> None:
    outcome = await actions.run("action_save_contact", slots=DETAILS)
    assert outcome.payloads == [
        {
            "contact": {
                "name": "Ana Lima",
                "email": "ana@example.com",
                "message": "My tent leaks.",
            },
            "say": "contact_saved",
        }
    ]


@pytest.mark.parametrize("action", ["action_save_contact", "action_cancel_contact"])
async def test_nothing_of_it_stays_in_the_working_memory(actions: Actions, action: str) -> None:
    outcome = await actions.run(action, slots=DETAILS)
    assert outcome.slots == dict.fromkeys([*DETAILS, "contact_problem"])


@pytest.mark.parametrize("field", list(DETAILS))
async def test_it_asks_for_one_detail_after_the_other(actions: Actions, field: str) -> None:
    outcome = await actions.run(f"action_ask_{field}", slots={"contact_problem": None})
    assert outcome.payloads == [{"form": field, "say": f"ask_{field}"}]


async def test_it_says_what_is_wrong_with_a_detail_once(actions: Actions) -> None:
    refused = await actions.fill("contact_email", "no address")
    assert refused.slots == {"contact_email": None, "contact_problem": "bad_contact_email"}
    asked = await actions.run("action_ask_contact_email", slots=refused.slots)
    assert asked.payloads == [
        {"form": "contact_email", "say": "ask_contact_email", "problem": "bad_contact_email"}
    ]
    assert asked.slots == {"contact_problem": None}


async def test_a_question_in_the_message_is_the_message(actions: Actions) -> None:
    outcome = await actions.fill("contact_message", "Where is my order?")
    assert outcome.slots["contact_message"] == "Where is my order?"


async def test_a_button_pressed_in_between_is_no_wrong_detail(actions: Actions) -> None:
    outcome = await actions.fill("contact_name", "/none_of_these")
    assert outcome.slots == {"contact_name": None, "contact_problem": None}


@pytest.mark.parametrize(
    ("field", "text", "intent", "confidence"),
    [
        ("contact_name", "/cancel", "cancel", 1.0),
        ("contact_name", "no thanks", "deny", 0.98),
        ("contact_email", "bye", "goodbye", 0.99),
        ("contact_message", "never mind", "cancel", 0.97),
    ],
)
async def test_a_clear_no_is_left_to_the_rules(
    actions: Actions, field: str, text: str, intent: str, confidence: float
) -> None:
    assert (await actions.fill(field, text, intent, confidence)).slots == {}


@pytest.mark.parametrize(
    ("field", "text", "intent", "confidence"),
    [
        ("contact_name", "Noah", "deny", 0.88),
        ("contact_email", "no@example.com", "deny", 0.97),
        ("contact_message", "it did not work", "deny", 0.99),
        ("contact_message", "please stop by", "cancel", 0.7),
    ],
)
async def test_what_only_looks_like_a_no_is_a_detail(
    actions: Actions, field: str, text: str, intent: str, confidence: float
) -> None:
    assert (await actions.fill(field, text, intent, confidence)).slots[field] == text


async def test_it_can_be_stopped(actions: Actions) -> None:
    outcome = await actions.run("action_cancel_contact", intent="cancel", slots=DETAILS)
    assert outcome.payloads == [{"say": "contact_cancelled", "record": "cancelled"}]


async def test_it_goes_on_after_the_dialogue_engine_forgot_everything(actions: Actions) -> None:
    coming = {"language": "en", "form": "contact_email"}
    outcome = await actions.run("action_session_start", slots={"session_started_metadata": coming})
    assert [(e["event"], e.get("name"), e.get("value")) for e in outcome.events] == [
        ("session_started", None, None),
        ("active_loop", "contact_form", None),
        ("slot", "requested_slot", "contact_email"),
        ("action", "action_listen", None),
    ]


@pytest.mark.parametrize("metadata", [None, {}, {"form": None}, {"form": "shoe_size"}])
async def test_a_conversation_without_a_form_just_starts(
    actions: Actions, metadata: dict[str, str] | None
) -> None:
    outcome = await actions.run(
        "action_session_start", slots={"session_started_metadata": metadata}
    )
    assert [e["event"] for e in outcome.events] == ["session_started", "action"]
