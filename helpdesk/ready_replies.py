"""Ready replies: what agents write again and again, kept by the leads, one list a language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from helpdesk.access import must_lead
from helpdesk.book import Book
from helpdesk.database import Connection
from helpdesk.errors import BadInput, Conflict, NotFound
from helpdesk.ids import new_id
from helpdesk.store import handoffs
from helpdesk.store import ready_replies as store
from helpdesk.store.ready_replies import ReadyReply
from helpdesk.text import clean
from helpdesk.types import Staff

LONGEST_TITLE = 100
LONGEST_TEXT = 2000
NAMES = ("agent", "team", "reference")
"""What {names} in a text stand for: the agent's name, the team's, the request's number."""

_NAME = re.compile(r"\{(\w+)\}")


class ReadyReplies:
    def __init__(self, book: Book) -> None:
        self._book = book

    async def listed(self, language: str | None = None) -> list[ReadyReply]:
        return await self._book.read(lambda c: store.listed(c, language))

    async def save(
        self, staff: Staff, reply_id: str | None, language: str, title: str, text: str
    ) -> None:
        """Add one, or change the one with this id. Raises BadInput naming the field, Conflict for
        a title that another one has, NotFound for one that was removed meanwhile."""
        must_lead(staff)
        settings = self._book.settings
        if language not in settings.languages:
            raise BadInput(f"language must be one of {', '.join(settings.languages)}.")
        reply = ReadyReply(
            reply_id or new_id(),
            language,
            _checked("title", title, LONGEST_TITLE),
            _checked("text", text, LONGEST_TEXT),
            self._book.clock(),
            staff.name,
        )
        _check_names(reply.text)

        def transaction(connection: Connection) -> None:
            for other in store.listed(connection, language):
                if other.title == reply.title and other.id != reply.id:
                    raise Conflict(f"title: there is a reply called '{reply.title}' already.")
            if reply_id is None:
                store.add(connection, reply, staff.id)
            elif not store.change(connection, reply, staff.id):
                raise NotFound("This reply has been removed.")

        await self._book.insert(transaction)

    async def remove(self, staff: Staff, reply_id: str) -> None:
        must_lead(staff)
        await self._book.insert(lambda c: store.remove(c, reply_id))

    async def find(
        self, words: str, language: str, conversation_id: str, staff: Staff
    ) -> list[tuple[str, str]]:
        """(title, text) of those with every word in them, filled in for this conversation; all of
        the language without words."""
        wanted = words.casefold().split()

        def read(connection: Connection) -> tuple[list[ReadyReply], str]:
            asked = handoffs.of_conversation(connection, conversation_id)
            return store.listed(connection, language), asked[-1].reference if asked else ""

        replies, reference = await self._book.read(read)
        values = {
            "agent": staff.name,
            "team": self._book.settings.team_name,
            "reference": reference,
        }
        return [
            (reply.title, filled(reply.text, values))
            for reply in replies
            if all(word in f"{reply.title}\n{reply.text}".casefold() for word in wanted)
        ]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Without `str.format`, so that braces the team writes are just braces."""
    return _NAME.sub(lambda found: values.get(found[1], found[0]), text)


def _checked(name: str, value: str, longest: int) -> str:
    words = clean(value)
    if not 0 < len(words) <= longest:
        raise BadInput(f"{name} must have 1 to {longest} characters.")
    return words


def _check_names(text: str) -> None:
    unknown = [name for name in _NAME.findall(text) if name not in NAMES]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in NAMES)
        raise BadInput(f"text has {{{unknown[0]}}}, which nobody fills in; there are {known}.")
