"""Search in past conversations, for those who answer customers."""

from __future__ import annotations

from dataclasses import replace

from helpdesk.access import MAY_OVERRULE, must_answer_customers
from helpdesk.book import Book
from helpdesk.store import search as store
from helpdesk.store.search import Wanted
from helpdesk.types import EpisodeRow, Staff


class Search:
    def __init__(self, book: Book) -> None:
        self._book = book

    async def find(
        self, wanted: Wanted, staff: Staff, *, after: str | None = None, limit: int = 50
    ) -> list[EpisodeRow]:
        """Newest first. An agent finds what was handed over to people, a lead everything."""
        must_answer_customers(staff)
        asked = replace(wanted, handed_off_only=staff.role not in MAY_OVERRULE)
        cut = self._book.clock() - self._book.settings.episode_idle
        return await self._book.read(lambda c: store.find(c, asked, cut, after, limit))
