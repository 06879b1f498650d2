"""Calls of the action server that carry what our actions read, and a check that is built once.

Rasa sends the domain and every event of the conversation along with every call, and checks the
schema of what an action may return again at every call: 72 % of its CPU in a turn with an answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import jsonschema
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.version import __version__ as version

# The methods that are replaced, as they are in Rasa 3.6.21.
CHECK = "_validate_action_result"
CALL = "_action_call_format"
EXPECTED = {
    CHECK: "(self, result: Dict[str, Any]) -> bool",
    CALL: "(self, tracker: 'DialogueStateTracker', domain: 'Domain') -> Dict[str, Any]",
}
# rasa-sdk's validation of a form reads its slots in the domain, and events to see which are new.
READS_ALL = "validate_"
Call = Callable[[Any, Any, Any], "dict[str, Any]"]


class UnexpectedRasa(Exception):
    """This Rasa is not the one that the replacement was written for."""


class ActionResultInvalid(Exception):
    """The action server answered something that Rasa cannot use."""


def replace_slow_parts(remote_action: type[Any]) -> None:
    """Give `rasa.core.actions.action.RemoteAction` smaller calls and the faster check.

    Raises UnexpectedRasa when the class is not what it was in Rasa 3.6.21.
    """
    for name, expected in EXPECTED.items():
        original = getattr(remote_action, name, None)
        found = str(inspect.signature(original)) if callable(original) else None
        if found != expected:
            raise UnexpectedRasa(
                f"RemoteAction.{name} of this Rasa is not {expected} but {found}: "
                "install the version that requirements/rasa.txt names."
            )
    setattr(remote_action, CALL, _smaller(getattr(remote_action, CALL)))
    setattr(remote_action, CHECK, _built_once(remote_action.action_response_format_spec()))


def _smaller(whole: Call) -> Call:
    def action_call_format(self: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        if self.name().startswith(READS_ALL):
            return whole(self, tracker, domain)
        state = {**tracker.current_state(), "events": []}
        return {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": state,
            "domain": {},
            "version": version,
        }

    return action_call_format


def _built_once(schema: dict[str, Any]) -> Callable[[Any, dict[str, Any]], bool]:
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator: jsonschema.protocols.Validator = kind(schema)

    def validate_action_result(self: Any, result: dict[str, Any]) -> bool:  # noqa: ARG001
        error = best_match(validator.iter_errors(result))
        if error is not None:
            # The error itself quotes the answer, and with it what a customer wrote.
            where = "/".join(str(step) for step in error.absolute_path) or "the top"
            raise ActionResultInvalid(
                f"The action server's answer breaks the schema at {where} ({error.validator})."
            )
        return True

    return validate_action_result
