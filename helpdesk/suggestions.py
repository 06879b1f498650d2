"""Questions of the FAQ that are offered before one is asked: while typing, and to begin with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from helpdesk.book import Book
from helpdesk.conversations import speak
from helpdesk.text import clean

if TYPE_CHECKING:
    from faq_index import Entry
    from faq_index.live import LiveIndex

# As many as fit a phone without scrolling.
STARTERS = 4


def typed(book: Book, live: LiveIndex, q: str, language: str | None) -> list[dict[str, str]]:
    words = clean(q)[:200]
    if not words:
        return []
    return _listed(live.current.suggest(words, speak(book, language), limit=5))


def starters(book: Book, live: LiveIndex, site: str, language: str | None) -> list[dict[str, str]]:
    """Those that the site names; without any, the first entry of each topic."""
    spoken, index = speak(book, language), live.current
    ids = book.settings.rules_of(site).starters
    if ids is None:
        by_topic: dict[str, Entry] = {}
        for entry in index.entries(spoken):
            by_topic.setdefault(entry.topic, entry)
        found = list(by_topic.values())
    else:
        named = (index.entry(faq_id, spoken) for faq_id in ids)
        found = [entry for entry in named if entry is not None]
    today = book.clock().astimezone(book.settings.time_zone).date()
    return _listed([entry for entry in found if entry.is_valid(today)][:STARTERS])


def _listed(entries: Iterable[Entry]) -> list[dict[str, str]]:
    return [{"faq_id": entry.id, "question": entry.question} for entry in entries]
