"""The calls of actions and the faster check of what they return, against the real Rasa."""

from __future__ import annotations

import time
import unittest
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.remote_action import (
    CALL,
    CHECK,
    ActionResultInvalid,
    UnexpectedRasa,
    replace_slow_parts,
)

VALID: dict[str, Any] = {
    "events": [
        {"event": "slot", "name": "decision", "value": "answer", "timestamp": None},
        {"event": "session_started", "timestamp": None},
    ],
    "responses": [{"custom": {"say": "greet"}}],
}
INVALID: list[dict[str, Any]] = [
    {"events": [{"event": "slot", "name": 7, "value": "my secret"}]},
    {"responses": ["my secret"]},
    {"events": "my secret"},
]


def fresh() -> type[Any]:
    """A subclass, so that the real class stays as it is for the other tests."""
    return type("Remote", (RemoteAction,), {})


class ReplacedValidation(unittest.TestCase):
    def setUp(self) -> None:
        self.kind = fresh()
        replace_slow_parts(self.kind)
        self.action = self.kind("action_find_answer", None)

    def test_it_takes_what_rasa_takes(self) -> None:
        original = RemoteAction("action_find_answer", None)
        for result in (VALID, {}, {"events": [], "responses": []}):
            self.assertTrue(original._validate_action_result(result))
            self.assertTrue(self.action._validate_action_result(result))

    def test_it_refuses_what_rasa_refuses(self) -> None:
        original = RemoteAction("action_find_answer", None)
        for result in INVALID:
            with self.assertRaises(Exception):  # noqa: B017 - jsonschema's own class
                original._validate_action_result(result)
            with self.assertRaises(ActionResultInvalid) as caught:
                self.action._validate_action_result(result)
            self.assertNotIn("secret", str(caught.exception))

    def test_it_is_much_faster(self) -> None:
        def seconds(action: Any) -> float:
            start = time.process_time()
            for _ in range(20):
                action._validate_action_result(VALID)
            return time.process_time() - start

        slow = seconds(RemoteAction("action_find_answer", None))
        self.assertLess(seconds(self.action) * 5, slow)


class SmallerCall(unittest.TestCase):
    def setUp(self) -> None:
        self.kind = fresh()
        replace_slow_parts(self.kind)
        events = [UserUttered("hello"), ActionExecuted("action_listen")]
        self.tracker = DialogueStateTracker.from_events("c1", events * 20)

    def calls(self, action: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The call as Rasa makes it, and as it is made now."""
        domain = Domain.load("bot/domain.yml")
        kinds = (RemoteAction, self.kind)
        whole, now = (getattr(kind(action, None), CALL)(self.tracker, domain) for kind in kinds)
        return whole, now

    def test_it_carries_what_an_action_reads(self) -> None:
        whole, now = self.calls("action_find_answer")
        self.assertEqual(set(whole), set(now))
        self.assertEqual((now["domain"], now["tracker"].pop("events")), ({}, []))
        self.assertEqual(len(whole["tracker"].pop("events")), 40)
        del whole["domain"], now["domain"]
        self.assertEqual(whole, now)

    def test_a_form_is_checked_with_all_there_is(self) -> None:
        whole, now = self.calls("validate_contact_form")
        self.assertEqual(whole, now)


class AnotherRasa(unittest.TestCase):
    def refuse(self, **attributes: Any) -> str:
        with self.assertRaises(UnexpectedRasa) as caught:
            replace_slow_parts(type("Remote", (), attributes))
        return str(caught.exception)

    def test_a_missing_method_is_refused(self) -> None:
        self.assertIn(CHECK, self.refuse())

    def test_another_signature_is_refused(self) -> None:
        def changed(self: Any, result: dict[str, Any], strict: bool) -> bool:
            return bool(self and result and strict)

        sentence = self.refuse(**{CHECK: changed})
        self.assertIn("requirements/rasa.txt", sentence)
        self.assertEqual(sentence.count("\n"), 0)


if __name__ == "__main__":
    unittest.main()
