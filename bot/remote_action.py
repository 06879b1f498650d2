"""Checks the answers of the action server with a validator that is built once.

Rasa checks the schema itself again at every call: 72 % of its CPU in a turn with an answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import jsonschema
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for

METHOD = "_validate_action_result"
EXPECTED = "(self, result: Dict[str, Any]) -> bool"


class UnexpectedRasa(Exception):
    """This Rasa is not the one that the replacement was written for."""


class ActionResultInvalid(Exception):
    """The action server answered something that Rasa cannot use."""


def replace_validation(remote_action: type[Any]) -> None:
    """Give `rasa.core.actions.action.RemoteAction` the faster check.

    Raises UnexpectedRasa when the class is not what it was in Rasa 3.6.21.
    """
    original = getattr(remote_action, METHOD, None)
    schema = getattr(remote_action, "action_response_format_spec", None)
    found = str(inspect.signature(original)) if callable(original) else None
    if found != EXPECTED or not callable(schema):
        raise UnexpectedRasa(
            f"RemoteAction.{METHOD} of this Rasa is not {EXPECTED} but {found}: "
            "install the version that requirements/rasa.txt names."
        )
    setattr(remote_action, METHOD, _built_once(schema()))


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
