"""Agents among themselves: who is there, a chat handed to a colleague, notes beside it."""

from __future__ import annotations

from helpdesk.access import MAY_ANSWER, must_answer_customers, must_own_or_lead
from helpdesk.book import Book
from helpdesk.errors import BadInput, Conflict, NotFound
from helpdesk.handoffs import pass_on
from helpdesk.sheet import Sheet
from helpdesk.store import conversations, notes
from helpdesk.store import staff as staff_store
from helpdesk.store.notes import Note
from helpdesk.text import clean
from helpdesk.types import Staff

LONGEST_NOTE = 2000


class Teamwork:
    def __init__(self, book: Book) -> None:
        self._book = book

    async def colleagues(self, staff: Staff) -> list[Staff]:
        """Those who answer customers, but for this person herself; by their names."""
        everyone = await self._book.read(staff_store.everyone)
        found = [
            each
            for each in everyone
            if each.active and each.role in MAY_ANSWER and each.id != staff.id
        ]
        return sorted(found, key=lambda each: (each.name, each.login))

    async def transfer(self, conversation_id: str, staff: Staff, to_id: str) -> Staff:
        """Hand a chat to a colleague, who has it at once; the customer is told who answers now.

        Returns the colleague. Raises Conflict when nobody has it, NotAllowed when another has it,
        NotFound for somebody who does not answer customers.
        """
        must_answer_customers(staff)
        to = next((each for each in await self.colleagues(staff) if each.id == to_id), None)
        if to is None:
            raise NotFound("There is no such colleague.")

        def transaction(sheet: Sheet) -> None:
            if sheet.conversation.state != "agent":
                raise Conflict("Nobody has taken this conversation.")
            must_own_or_lead(staff, sheet.conversation.agent_id)
            if sheet.conversation.agent_id == to.id:
                raise Conflict(f"{to.name} has taken this conversation already.")
            pass_on(sheet, staff.id, to)

        await self._book.write(conversation_id, transaction)
        return to

    async def notes(self, conversation_id: str) -> list[Note]:
        return await self._book.read(lambda link: notes.of_conversation(link, conversation_id))

    async def add_note(self, conversation_id: str, staff: Staff, text: str) -> None:
        """Raises BadInput for an empty or too long one, NotFound where there is no conversation."""
        must_answer_customers(staff)
        words = clean(text)
        if not 0 < len(words) <= LONGEST_NOTE:
            raise BadInput(f"text must have 1 to {LONGEST_NOTE} characters.")

        def transaction(sheet: Sheet) -> None:
            notes.add(sheet.connection, sheet.id, staff.id, words, sheet.now)

        if await self._book.read(lambda link: conversations.get(link, conversation_id)) is None:
            raise NotFound("There is no such conversation.")
        await self._book.write(conversation_id, transaction)
