"""The list of customers who need a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from helpdesk.book import Book
from helpdesk.errors import BadInput
from helpdesk.store import handoffs
from helpdesk.types import HandoffState, InboxRow

STATES = get_args(HandoffState)


async def rows(book: Book, states: Sequence[str]) -> list[InboxRow]:
    for state in states:
        if state not in STATES:
            raise BadInput(f"state '{state}' must be one of {', '.join(STATES)}.")
    return await book.read(lambda c: handoffs.rows(c, states=states))
