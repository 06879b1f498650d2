"""Puts what the app knows of the conversation into slots, so that rules can act on it."""

from __future__ import annotations

from actions.base import DialogueAction, Reply
from actions.context import Context


class ReadOffer(DialogueAction):
    """What a plain yes, no or thank-you answers to."""

    action_name = "action_read_offer"

    async def reply(self, context: Context) -> Reply:
        return Reply(slots={"offered": context.offered})


class CountFailure(DialogueAction):
    """Whether the failure that the customer just reported is not the first in a row."""

    action_name = "action_count_failure"

    async def reply(self, context: Context) -> Reply:
        return Reply(slots={"failed_before": context.failures >= 1})
