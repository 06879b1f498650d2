"""The past of the FAQ: who changed which entry, when and why, in a file or in the browser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from helpdesk.clock import Clock
from helpdesk.database import Connection, Database
from helpdesk.store import faq_versions as store
from helpdesk.store.faq_versions import Version

if TYPE_CHECKING:
    from faq_index import Entry
    from helpdesk.types import Staff

LONGEST_WHY = 300


class Versions:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def of(self, entry_id: str, language: str) -> list[Version]:
        """Newest first."""
        return await self._db.read(lambda link: store.of_entry(link, entry_id, language))

    async def edited(self, since: datetime, until: datetime, limit: int = 10) -> list[Version]:
        """Entries that were changed then, newest first."""
        return await self._db.read(lambda link: store.edited(link, since, until, limit))

    async def note(self, entries: Iterable[Entry]) -> int:
        """Remember what changed since the last time in all the entries that are live: files were
        changed, since what is published in the browser is remembered then. Returns how many."""
        now = {(entry.id, entry.language): _plain(entry) for entry in entries}

        def work(connection: Connection) -> int:
            known = {(each.entry_id, each.language): each for each in store.newest(connection)}
            at = self._clock()
            new = [
                Version(*key, _next(known.get(key)), content, at)
                for key, content in now.items()
                if key not in known or known[key].content != content
            ]
            gone = [
                Version(*key, _next(last), None, at)
                for key, last in known.items()
                if key not in now and last.content is not None
            ]
            store.add(connection, [*new, *gone])
            return len(new) + len(gone)

        return await self._db.write(work)

    async def add(self, entry: Entry, staff: Staff, why: str, *, removed: bool = False) -> None:
        """What a person published in the browser. `note` must have been told of what was before."""

        def work(connection: Connection) -> None:
            past = store.of_entry(connection, entry.id, entry.language)
            last = past[0] if past else None
            content = None if removed else _plain(entry)
            if last is None or last.content != content:
                key = (entry.id, entry.language, _next(last))
                store.add(connection, [Version(*key, content, self._clock(), why, staff.id)])

        await self._db.write(work)


def _plain(entry: Entry) -> dict[str, object]:
    """Without where it stands: a file may be moved."""
    from faq_index.entry import to_json

    return to_json(replace(entry, file="", line=0, topic=""))


def _next(last: Version | None) -> int:
    return last.number + 1 if last else 1
