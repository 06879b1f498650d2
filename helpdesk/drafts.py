"""Entries as they are being written, by one or several people, before anyone is answered so.

draft -> review (asked for) -> draft (sent back); either is published or dropped. Whoever saves says
which revision she had before her: another one is refused, and nobody's words are overwritten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpdesk.clock import Clock
from helpdesk.database import Connection, Database
from helpdesk.errors import Conflict, NotFound
from helpdesk.store import faq_drafts as store
from helpdesk.store.faq_drafts import Draft, State

if TYPE_CHECKING:
    from faq_index import Entry
    from helpdesk.types import Staff

LONGEST_NOTE = 300
_OTHERS = "{by} has saved this draft meanwhile: look at it before you go on."
_GONE = "This draft is no longer there: it was published or dropped meanwhile."


class Drafts:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def everything(self) -> list[Draft]:
        """Newest first."""
        return await self._db.read(store.everything)

    async def get(self, entry_id: str, language: str) -> Draft | None:
        return await self._db.read(lambda link: store.get(link, entry_id, language))

    async def save(
        self,
        entry: Entry,
        staff: Staff,
        *,
        base: Entry | None,
        revision: int,
        state: State = "draft",
        note: str = "",
    ) -> Draft:
        """Store a draft over the one with `revision`, 0 where none was there. Raises Conflict."""
        from faq_index.entry import to_json

        draft = Draft(
            entry_id=entry.id,
            language=entry.language,
            base=None if base is None else to_json(base),
            content=to_json(entry),
            revision=revision + 1,
            state=state,
            note=" ".join(note.split())[:LONGEST_NOTE],
            at=self._clock(),
            staff_id=staff.id,
            by=staff.name,
        )
        if not await self._db.write(lambda link: store.put(link, draft, revision)):
            raise await self._refused(entry.id, entry.language)
        return draft

    async def move(self, draft: Draft, staff: Staff, state: State, note: str) -> Draft:
        """Ask for a review, or send it back, with a word to the other."""
        from faq_index.entry import from_json

        base = None if draft.base is None else from_json(draft.base)
        entry = from_json(draft.content)
        return await self.save(
            entry, staff, base=base, revision=draft.revision, state=state, note=note
        )

    async def drop(self, entry_id: str, language: str, revision: int) -> None:
        """Raises Conflict when it was saved meanwhile."""

        def work(connection: Connection) -> bool:
            return store.remove(connection, entry_id, language, revision)

        if not await self._db.write(work):
            raise await self._refused(entry_id, language)

    async def _refused(self, entry_id: str, language: str) -> Conflict | NotFound:
        other = await self.get(entry_id, language)
        return NotFound(_GONE) if other is None else Conflict(_OTHERS.format(by=other.by))
