"""The contact form: name, e-mail and message, taken while nobody is there to chat."""

from __future__ import annotations

from actions.base import DialogueAction, Reply
from actions.context import Context
from actions.protocol import Field, asked_for, contact_left, said

FIELDS: tuple[Field, ...] = ("contact_name", "contact_email", "contact_message")
PROBLEM = "contact_problem"
FORGOTTEN = dict.fromkeys((*FIELDS, PROBLEM))


class AskDetail(DialogueAction):
    """Asks for one detail, and says what was wrong with the one just given."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self.action_name = f"action_ask_{field}"

    async def reply(self, context: Context) -> Reply:
        return Reply((asked_for(self._field, context.slots.get(PROBLEM)),), {PROBLEM: None})


class SaveContact(DialogueAction):
    """Hands the details to the app and forgets them."""

    action_name = "action_save_contact"

    async def reply(self, context: Context) -> Reply:
        details = [str(context.slots[field]) for field in FIELDS]
        return Reply((contact_left(*details),), FORGOTTEN)


class CancelContact(DialogueAction):
    action_name = "action_cancel_contact"

    async def reply(self, context: Context) -> Reply:
        del context
        return Reply((said("contact_cancelled", "cancelled"),), FORGOTTEN)
