"""Who may see and do what. What is not yours does not exist."""

from __future__ import annotations

import hmac

from helpdesk.book import Book
from helpdesk.database import Connection
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.ids import hash_token
from helpdesk.store import conversations
from helpdesk.types import MAY_ANSWER, Conversation, Staff

MAY_PLAN = frozenset({"manager", "admin"})
MAY_OVERRULE = frozenset({"lead", "admin"})

_NOBODY = "0" * 64


async def conversation(book: Book, conversation_id: str, token: str) -> Conversation:
    """The visitor's own; NotFound for a wrong id and a wrong token alike."""
    given = hash_token(token)

    def read(connection: Connection) -> tuple[Conversation | None, bool]:
        found = conversations.with_token_hash(connection, conversation_id)
        stored = found[1] if found else _NOBODY
        # Compared also when there is nothing to compare with, so that both take the same time.
        right = hmac.compare_digest(given, stored)
        right = right or conversations.has_token(connection, conversation_id, given)
        return found[0] if found else None, right

    found, right = await book.read(read)
    if found is None or not right:
        raise NotFound("There is no such conversation.")
    return found


def must_answer_customers(staff: Staff) -> None:
    if staff.role not in MAY_ANSWER:
        raise NotAllowed("Your role does not answer customers.")


def must_plan(staff: Staff) -> None:
    if staff.role not in MAY_PLAN:
        raise NotAllowed("Your role does not plan with reports.")


def must_lead(staff: Staff) -> None:
    if staff.role not in MAY_OVERRULE:
        raise NotAllowed("Your role does not write what the team says.")


def must_own(staff: Staff, owner_id: str | None) -> None:
    if staff.id != owner_id:
        raise NotAllowed("Another person has this conversation.")


def must_own_or_lead(staff: Staff, owner_id: str | None) -> None:
    if staff.role not in MAY_OVERRULE:
        must_own(staff, owner_id)
