"""Questions in vain, and what a support lead makes of them: phrasings, new entries, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from faq_index.errors import CannotWrite, InvalidFaq
from faq_index.loader import faq_files, load_faq
from faq_index.writing import add_entry, add_phrasings
from helpdesk.errors import BadInput, Conflict
from helpdesk.gaps import Gaps, Vain
from helpdesk.types import Staff
from helpdesk.voice import Voice, key_of, voice

if TYPE_CHECKING:
    from faq_index import Entry, FaqIndex

DAYS = (7, 28, 90)


class CustomersVoice:
    def __init__(self, gaps: Gaps, index: Callable[[], FaqIndex], faq_folder: Path) -> None:
        self._gaps = gaps
        self._index = index
        self._folder = faq_folder
        # Two leads who press at once must not overwrite each other's change.
        self._writing = asyncio.Lock()

    async def heard(self, days: int) -> Voice:
        """Subjects of the last `days`, compared with as many before."""
        now = self._gaps.now()
        found = await self._asked(2 * days)
        dismissals = await self._gaps.dismissals()
        since = now - timedelta(days=days)
        return await asyncio.to_thread(voice, found, dismissals, self._index(), since)

    async def dismiss(
        self, days: int, language: str, keys: Sequence[str], reason: str, staff: Staff
    ) -> None:
        words = await self._words(days, language, keys)
        await self._gaps.dismiss(language, list(words.items()), reason, staff)

    async def reopen(self, language: str, keys: Sequence[str]) -> None:
        await self._gaps.reopen(language, keys)

    async def add_phrasings(
        self, days: int, language: str, keys: Sequence[str], entry_id: str
    ) -> list[str]:
        """Customers' words become ways to ask an entry. Returns them. Masked words stay out: a
        phrasing must be what people type."""
        words = await self._words(days, language, keys)
        texts = [text for text in words.values() if "[" not in text]
        if not texts:
            raise BadInput("keys names no question without personal data.")
        await self._write(lambda: add_phrasings(self._folder, entry_id, language, texts))
        return texts

    async def start_entry(self, file: str, entry_id: str, question: str, answer: str) -> None:
        await self._write(
            lambda: add_entry(self._folder, self._folder / file, entry_id, question, answer)
        )

    def entries(self, language: str) -> list[Entry]:
        index = self._index()
        return index.entries(language if language in index.languages else None)

    async def files(self, language: str) -> list[str]:
        """Those that hold entries of a language, by their paths below the FAQ folder."""

        def look() -> list[str]:
            try:
                own = {entry.file for entry in load_faq(self._folder) if entry.language == language}
            except InvalidFaq:
                return []
            every = [path.relative_to(self._folder).as_posix() for path in faq_files(self._folder)]
            return [path for path in every if path in own]

        return await asyncio.to_thread(look)

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

    async def _write(self, change: Callable[[], Path]) -> None:
        async with self._writing:
            try:
                await asyncio.to_thread(change)
            except InvalidFaq as error:
                raise BadInput(str(error)) from error
            except CannotWrite as error:
                raise Conflict(str(error)) from error
            except OSError as error:
                raise Conflict(f"{error.filename} cannot be written: {error.strerror}.") from error
