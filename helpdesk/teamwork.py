"""Agents among themselves: who is there, a chat handed to a colleague, notes beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpdesk.access import must_answer_customers, must_own, must_own_or_lead
from helpdesk.book import Book
from helpdesk.database import Connection
from helpdesk.errors import Away, BadInput, Conflict, NotFound
from helpdesk.handoffs import must_have_room, pass_on
from helpdesk.push import INBOX, Push, conversation_topic
from helpdesk.sheet import Sheet
from helpdesk.store import conversations, handoffs, notes
from helpdesk.store import staff as staff_store
from helpdesk.store.notes import Note
from helpdesk.text import clean
from helpdesk.types import MAY_ANSWER, Staff, is_away

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Colleague:
    """One who answers customers. `here`: a page of hers is open; `chats`: those she has now."""

    staff: Staff
    here: bool
    chats: int

    @property
    def available(self) -> bool:
        return self.here and not self.staff.away


class Teamwork:
    def __init__(self, book: Book) -> None:
        self._book = book

    async def team(self) -> list[Colleague]:
        """Those who answer customers, by their names."""
        now = self._book.clock()

        def read(connection: Connection) -> list[Colleague]:
            chats = handoffs.chats_by_agent(connection)
            return [
                Colleague(each, _is_here(each, now), chats.get(each.id, 0))
                for each in staff_store.everyone(connection)
                if each.active and each.role in MAY_ANSWER
            ]

        found = await self._book.read(read)
        return sorted(found, key=lambda each: (each.staff.name, each.staff.login))

    async def colleagues(self, staff: Staff) -> list[Colleague]:
        """The team, but for this person herself."""
        return [each for each in await self.team() if each.staff.id != staff.id]

    async def set_away(self, staff: Staff, away: bool) -> None:
        """Say whether one takes chats just now; the whole team sees it at once."""
        must_answer_customers(staff)
        await self._book.insert(lambda c: staff_store.set_away(c, staff.id, away))
        self._book.publish(INBOX, Push("team", {}))

    async def was_handed_over(self, conversation_id: str) -> bool:
        """Whether people were ever asked for: only then agents may see it."""
        return bool(await self._book.read(lambda c: handoffs.of_conversation(c, conversation_id)))

    async def typing(self, conversation_id: str, staff: Staff) -> None:
        """Show the customer that her agent is writing. Raises NotAllowed for another's chat."""
        must_answer_customers(staff)
        found = await self._book.read(lambda c: conversations.get(c, conversation_id))
        if found is None:
            raise NotFound("There is no such conversation.")
        must_own(staff, found.agent_id)
        self._book.publish(conversation_topic(conversation_id), Push("typing", {"from": "agent"}))

    async def transfer(self, conversation_id: str, staff: Staff, to_id: str) -> Staff:
        """Hand a chat to a colleague, who has it at once; the customer is told who answers now.

        Returns the colleague. Raises Conflict when nobody has it, Away or Full when the colleague
        takes none, NotAllowed when another has it, NotFound for somebody who does not answer
        customers.
        """
        must_answer_customers(staff)
        team = {each.staff.id: each.staff for each in await self.colleagues(staff)}
        to = team.get(to_id)
        if to is None:
            raise NotFound("There is no such colleague.")

        def transaction(sheet: Sheet) -> None:
            if sheet.conversation.state != "agent":
                raise Conflict("Nobody has taken this conversation.")
            must_own_or_lead(staff, sheet.conversation.agent_id)
            if sheet.conversation.agent_id == to.id:
                raise Conflict(f"{to.name} has taken this conversation already.")
            if to.away:
                raise Away(to.name)
            must_have_room(sheet.connection, sheet.settings, to)
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


def _is_here(staff: Staff, now: datetime) -> bool:
    return staff.last_seen_at is not None and not is_away(staff.last_seen_at, now)
