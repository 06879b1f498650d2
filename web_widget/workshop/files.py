"""The FAQ as its files have it now, read again only when one of them has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from faq_index.errors import InvalidFaq, Problem
from faq_index.loader import FaqReader
from web_widget.watch import Stamp, folder_stamp

if TYPE_CHECKING:
    from faq_index import Entry, FaqIndex


@dataclass(frozen=True, slots=True)
class Faq:
    """All entries; while the files hold `problems` those that are live, and nothing can be written
    until the problems are mended."""

    entries: Sequence[Entry]
    problems: Sequence[Problem] = ()

    def find(self, entry_id: str, language: str) -> Entry | None:
        same = (e for e in self.entries if (e.id, e.language) == (entry_id, language))
        return next(same, None)


class FaqFiles:
    def __init__(self, folder: Path, index: Callable[[], FaqIndex]) -> None:
        self.folder = folder
        self._index = index
        self.reader = FaqReader(folder)
        self._known: tuple[Stamp, Faq] | None = None

    async def read(self) -> Faq:
        return await asyncio.to_thread(self._read)

    def _read(self) -> Faq:
        stamp = folder_stamp(self.folder)
        if self._known is None or self._known[0] != stamp:
            try:
                faq = Faq(self.reader.load())
            except InvalidFaq as error:
                faq = Faq(self._index().entries(), tuple(map(self.below, error.problems)))
            self._known = stamp, faq
        return self._known[1]

    def below(self, problem: Problem) -> Problem:
        """Without the server's own folders, which are nobody's business on a page."""
        prefix = f"{self.folder.as_posix()}/"
        return Problem(
            problem.file.removeprefix(prefix),
            problem.line,
            problem.column,
            problem.message.replace(prefix, ""),
        )
