"""Whatever an action says, the app can read."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.replies import parse
from tests.dialogue.calls import Actions

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("action_find_answer", {"text": "where is my parcel"}),
    ("action_find_answer", {"text": "my order"}),
    ("action_find_answer", {"text": "unicorns"}),
    ("action_choose_entry", {"entities": {"entry": "track-order"}}),
    ("action_choose_entry", {"entities": {"entry": "gone"}}),
    ("action_repeat", {"previous": "track-order"}),
    ("action_repeat", {}),
    ("action_request_person", {"intent": "complain"}),
    ("action_request_person", {"intent": "ask_for_person", "staffed": False}),
    ("action_ask_contact_name", {}),
    ("action_ask_contact_email", {"slots": {"contact_problem": "bad_contact_email"}}),
    ("action_ask_contact_message", {}),
    (
        "action_save_contact",
        {"slots": {"contact_name": "A", "contact_email": "a@b.jp", "contact_message": "?"}},
    ),
    ("action_cancel_contact", {}),
]


@pytest.mark.parametrize(("action", "call"), CALLS)
async def test_the_app_reads_every_payload(
    actions: Actions, action: str, call: dict[str, Any]
) -> None:
    outcome = await actions.run(action, **call)
    replies = parse([{"recipient_id": "c1", "custom": payload} for payload in outcome.payloads])
    assert len(replies) == len(outcome.payloads) > 0
