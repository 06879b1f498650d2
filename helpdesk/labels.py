"""All labels together, for learning and for files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from helpdesk.clock import Clock
from helpdesk.database import Connection, Database
from helpdesk.store import labels as store
from helpdesk.store.labels import StoredLabel, Verdict

if TYPE_CHECKING:
    from faq_index import Label
    from helpdesk.types import Staff


class Labels:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def everything(self) -> list[Label]:
        """One for each question: the team's word before the customer's. Oldest first."""
        return [_for_learning(label) for label in await self._db.read(store.everything)]

    async def counts(self) -> list[tuple[str | None, str, int]]:
        """(language, source, how many)."""
        return await self._db.read(store.counts)

    async def stamp(self) -> tuple[int, datetime | None]:
        """Another one whenever a label was added or changed."""
        return await self._db.read(store.stamp)

    async def mark(self, question: str, language: str, entry: str | None, staff: Staff) -> None:
        """A lead's own word on a question that nobody asked in a chat: the entry that answers it,
        or None where none does."""
        now = self._clock()
        label = StoredLabel(
            about=_about_words(question, language, None),
            source="lead",
            question=question,
            language=language,
            verdict="right" if entry else "none",
            entries=(entry,) if entry else (),
            at=now,
            staff_id=staff.id,
        )
        await self._db.write(lambda connection: store.put(connection, label, now))

    async def import_all(self, labels: Iterable[Label]) -> int:
        """All or none; those of the same words and language are replaced. Returns how many."""
        now = self._clock()
        rows = [_from_file(label, now) for label in labels]

        def write(connection: Connection) -> int:
            for row in rows:
                store.put(connection, row, now)
            return len({row.about for row in rows})

        return await self._db.write(write)


def _about_words(question: str, language: str | None, previous: str | None) -> str:
    words = f"{language or ''}\n{previous or ''}\n{question}"
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def _from_file(label: Label, now: datetime) -> StoredLabel:
    verdict: Verdict = "right" if label.relevant else "wrong" if label.rejected else "none"
    return StoredLabel(
        about=_about_words(label.question, label.language, label.previous),
        source="file",
        question=label.question,
        language=label.language,
        verdict=verdict,
        entries=tuple(sorted(label.relevant or label.rejected)),
        at=label.at or now,
        previous=label.previous,
    )


def _for_learning(label: StoredLabel) -> Label:
    # The library takes a second to load, and most who store a label never learn from one.
    from faq_index.labels import Label

    entries = frozenset(label.entries)
    return Label(
        question=label.question,
        relevant=entries if label.verdict == "right" else frozenset(),
        rejected=entries if label.verdict == "wrong" else frozenset(),
        language=label.language,
        previous=label.previous,
        at=label.at,
        source=label.source,  # type: ignore[arg-type]
    )
