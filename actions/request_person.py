"""Brings in a person, or says when one is there; the rules then take contact details."""

from __future__ import annotations

from actions.base import DialogueAction, Reply
from actions.context import Context
from actions.protocol import Reason, handed_over, said


class RequestPerson(DialogueAction):
    action_name = "action_request_person"

    async def reply(self, context: Context) -> Reply:
        if context.leaves_details:
            # The team is there, and was late: nothing may be said of its hours.
            return Reply((), {"person": "away"})
        if context.staffed:
            return Reply((handed_over(reason_for(context)),), {"person": "available"})
        return Reply((said("off_hours"),), {"person": "away"})


def reason_for(context: Context) -> Reason:
    """Why a person is needed, from the message that led here."""
    if context.intent == "complain":
        return "complaint"
    if context.intent not in ("affirm", "ask_for_person"):
        return "entry_requires_person"
    takes_up_offer = context.intent == "affirm" or context.is_button
    if not (takes_up_offer and context.offered == "person"):
        return "asked_for_person"
    return "low_confidence" if context.failures else "not_helpful"
