"""Reads a message as the contact detail asked for, or leaves it to the rules as a stop."""

from __future__ import annotations

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import contact_details
from actions.contact import PROBLEM
from actions.protocol import Field

# Names look like acts to the NLU ("Noah" like a no, with 0.88); real refusals are above this.
SURE = 0.9
STOPS: dict[Field, frozenset[str]] = {
    "contact_name": frozenset({"cancel", "deny", "goodbye"}),
    "contact_email": frozenset({"cancel", "deny", "goodbye"}),
    # "It did not work" is a fine message.
    "contact_message": frozenset({"cancel"}),
}


class ValidateContactForm(FormValidationAction):  # type: ignore[misc]  # rasa-sdk ships no types
    """A detail that does not pass is asked for again; the others are kept."""

    def name(self) -> str:
        return "validate_contact_form"

    async def extract_contact_name(
        self, _said: CollectingDispatcher, tracker: Tracker, _domain: DomainDict
    ) -> dict[str, str]:
        return given("contact_name", tracker)

    async def extract_contact_email(
        self, _said: CollectingDispatcher, tracker: Tracker, _domain: DomainDict
    ) -> dict[str, str]:
        return given("contact_email", tracker)

    async def extract_contact_message(
        self, _said: CollectingDispatcher, tracker: Tracker, _domain: DomainDict
    ) -> dict[str, str]:
        return given("contact_message", tracker)

    def validate_contact_name(
        self, value: Any, _said: CollectingDispatcher, _tracker: Tracker, _domain: DomainDict
    ) -> dict[str, str | None]:
        return checked("contact_name", str(value), contact_details.name(str(value)))

    def validate_contact_email(
        self, value: Any, _said: CollectingDispatcher, _tracker: Tracker, _domain: DomainDict
    ) -> dict[str, str | None]:
        return checked("contact_email", str(value), contact_details.email(str(value)))

    def validate_contact_message(
        self, value: Any, _said: CollectingDispatcher, _tracker: Tracker, _domain: DomainDict
    ) -> dict[str, str | None]:
        return checked("contact_message", str(value), contact_details.message(str(value)))


def given(field: Field, tracker: Tracker) -> dict[str, str]:
    """The message as this detail; nothing when another was asked for or the customer stops."""
    text = str(tracker.latest_message.get("text") or "")
    if tracker.get_slot("requested_slot") != field or stops(field, text, tracker):
        return {}
    return {field: text}


def stops(field: Field, text: str, tracker: Tracker) -> bool:
    intent = tracker.latest_message.get("intent") or {}
    if intent.get("name") not in STOPS[field]:
        return False
    is_address = field == "contact_email" and contact_details.email(text) is not None
    return not is_address and float(intent.get("confidence") or 0) >= SURE


def checked(field: Field, value: str, valid: str | None) -> dict[str, str | None]:
    """A button pressed in the middle of the form is no wrong detail: the same is asked again."""
    if value.startswith("/"):
        return {field: None, PROBLEM: None}
    return {field: valid, PROBLEM: None if valid else f"bad_{field}"}
