"""Questions in vain, and what a support lead makes of them: phrasings, new entries, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from faq_index.entry import Entry, from_json
from faq_index.fields import ENTRY_ID
from faq_index.text import phrasing_key
from helpdesk.errors import BadInput, NotFound
from helpdesk.gaps import Gaps, Vain
from helpdesk.store.faq_drafts import Draft
from helpdesk.types import Staff
from helpdesk.voice import Voice, key_of, voice
from web_widget.workshop.desk import Workshop

if TYPE_CHECKING:
    from faq_index import FaqIndex

DAYS = (7, 28, 90)


async def heard(gaps: Gaps, index: FaqIndex, days: int) -> Voice:
    """Subjects of the last `days`, compared with as many before."""
    now = gaps.now()
    found = await gaps.asked_in_vain(now - timedelta(days=2 * days), now + timedelta(days=1))
    dismissals, places = await gaps.dismissals(), await gaps.places()
    since = now - timedelta(days=days)
    return await asyncio.to_thread(voice, found, dismissals, index, since, places)


class CustomersVoice:
    def __init__(self, gaps: Gaps, index: Callable[[], FaqIndex], workshop: Workshop) -> None:
        self._gaps = gaps
        self.index = index
        self._workshop = workshop

    async def heard(self, days: int) -> Voice:
        return await heard(self._gaps, self.index(), days)

    async def dismiss(
        self, days: int, language: str, keys: Sequence[str], reason: str, staff: Staff
    ) -> None:
        words = await self._words(days, language, keys)
        await self._gaps.dismiss(language, list(words.items()), reason, staff)

    async def reopen(self, language: str, keys: Sequence[str]) -> None:
        await self._gaps.reopen(language, keys)

    async def merge(self, language: str, keys: Sequence[str], others: Sequence[str]) -> None:
        """Both subjects become one from now on, whatever their words look like."""
        if not keys or not others:
            raise BadInput("keys and others must name the questions of two subjects.")
        await self._gaps.place(language, [*keys, *others], others[0])

    async def split(self, language: str, keys: Sequence[str], key: str) -> None:
        """One question becomes a subject of its own; the others stay together."""
        if key not in keys or len(keys) < 2:
            raise BadInput("key must be one of several questions of a subject.")
        left = [each for each in keys if each != key]
        await self._gaps.place(language, left, left[0])
        await self._gaps.place(language, [key], key)

    async def add_phrasings(
        self, days: int, language: str, keys: Sequence[str], entry_id: str, staff: Staff
    ) -> Draft:
        """A draft, or more in the one there is, in which customers' words are ways to ask an entry.
        Masked words stay out: a phrasing must be what people type."""
        words = await self._words(days, language, keys)
        texts = [text for text in words.values() if "[" not in text]
        if not texts:
            raise BadInput("keys names no question without personal data.")
        live = (await self._workshop.faq()).find(entry_id, language)
        draft = await self._workshop.drafts.get(entry_id, language)
        entry = from_json(draft.content) if draft else live
        if entry is None:
            raise NotFound(f"There is no entry {entry_id} in {language}.")
        known = set(map(phrasing_key, entry.phrasings))
        new = [text for text in texts if phrasing_key(text) not in known]
        more = replace(entry, also_asked=(*entry.also_asked, *new))
        revision = draft.revision if draft else 0
        return await self._workshop.save(more, staff, base=live, revision=revision)

    async def start_entry(self, entry: Entry, staff: Staff) -> Draft:
        """Raises Conflict when somebody is writing an entry with this id already."""
        return await self._workshop.save(entry, staff, base=None, revision=0)

    async def new_entry(
        self, language: str, entry_id: str, question: str, answer: str, file: str
    ) -> Entry:
        """Not saved yet; `file` is below the FAQ folder and gives the topic."""
        if not ENTRY_ID.fullmatch(entry_id):
            raise BadInput("id must be 1 to 64 of a-z, 0-9, _ and -.")
        topics = await self.files(language)
        return Entry(entry_id, language, topics.get(file, ""), question, answer, file=file)

    def entries(self, language: str) -> list[Entry]:
        index = self.index()
        return index.entries(language if language in index.languages else None)

    async def files(self, language: str) -> dict[str, str]:
        """Those that hold entries of a language, by their paths below the FAQ folder, with their
        topics."""
        faq = await self._workshop.faq()
        return {entry.file: entry.topic for entry in faq.entries if entry.language == language}

    async def _asked(self, days: int) -> list[Vain]:
        now = self._gaps.now()
        return await self._gaps.asked_in_vain(now - timedelta(days=days), now + timedelta(days=1))

    async def _words(self, days: int, language: str, keys: Sequence[str]) -> dict[str, str]:
        """The masked words of chosen questions, by their keys."""
        wanted = set(keys)
        found = {
            key: vain.question
            for vain in await self._asked(2 * days)
            if vain.language == language and (key := key_of(vain.question)) in wanted
        }
        return {key: found[key] for key in keys if key in found}


def id_for(question: str) -> str:
    """A first idea of an id for a new entry, from the question's Latin words; "" without any."""
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in question.lower())
    return "-".join(words.split()[:5])[:64]
