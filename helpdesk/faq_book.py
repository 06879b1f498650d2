"""What the help desk knows of the FAQ: drafts, past, banners, and what customers made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from helpdesk.banners import Banners
from helpdesk.clock import Clock
from helpdesk.database import Connection, Database
from helpdesk.drafts import Drafts
from helpdesk.past_questions import past_questions
from helpdesk.store import questions
from helpdesk.versions import Versions

PAST = timedelta(days=365)
RECENT = timedelta(days=90)
# An entry whose answer was judged so often, and so often badly, needs a look.
_JUDGED = 3
_POOR = 0.4


@dataclass(frozen=True, slots=True)
class Use:
    """How often an entry was shown of late, and how often customers said it helped or did not."""

    shown: int = 0
    helped: int = 0
    did_not: int = 0

    @property
    def is_poor(self) -> bool:
        judged = self.helped + self.did_not
        return judged >= _JUDGED and self.did_not / judged >= _POOR


class FaqBook:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self.drafts = Drafts(db, clock)
        self.versions = Versions(db, clock)
        self.banners = Banners(db, clock)

    async def use(self) -> Mapping[tuple[str, str], Use]:
        """Of the last 90 days, by entry and the conversation's language."""
        since = self._clock() - RECENT

        def work(connection: Connection) -> dict[tuple[str, str], Use]:
            return {
                key: Use(*counts) for key, counts in questions.use_of_entries(connection, since)
            }

        return await self._db.read(work)

    async def shown(self) -> set[tuple[str, str]] | None:
        """(entry, language) shown in the last 90 days; None before there is so much past."""
        since = self._clock() - RECENT

        def work(connection: Connection) -> set[tuple[str, str]] | None:
            first = questions.first_shown(connection)
            if first is None or first > since:
                return None
            return questions.shown(connection, since)

        return await self._db.read(work)

    async def last_asked(self) -> int | None:
        """Another value when a question has been asked since; None before the first one."""
        return await self._db.read(questions.last_decided)

    async def past_questions(self) -> list[tuple[str, str, int]]:
        """(question, language, how often) of a year, masked, the most frequent first."""
        since = self._clock() - PAST
        return await self._db.read(lambda link: past_questions(link, since))
