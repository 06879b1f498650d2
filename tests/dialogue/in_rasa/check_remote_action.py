"""The faster check of what actions return, against the real Rasa."""

from __future__ import annotations

import time
import unittest
from typing import Any

from rasa.core.actions.action import RemoteAction

from bot.remote_action import (
    METHOD,
    ActionResultInvalid,
    UnexpectedRasa,
    replace_validation,
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
        replace_validation(self.kind)
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


class AnotherRasa(unittest.TestCase):
    def refuse(self, **attributes: Any) -> str:
        with self.assertRaises(UnexpectedRasa) as caught:
            replace_validation(type("Remote", (), attributes))
        return str(caught.exception)

    def test_a_missing_method_is_refused(self) -> None:
        self.assertIn(METHOD, self.refuse())

    def test_another_signature_is_refused(self) -> None:
        def changed(self: Any, result: dict[str, Any], strict: bool) -> bool:
            return bool(self and result and strict)

        sentence = self.refuse(_validate_action_result=changed)
        self.assertIn("requirements/rasa.txt", sentence)
        self.assertEqual(sentence.count("\n"), 0)


if __name__ == "__main__":
    unittest.main()
