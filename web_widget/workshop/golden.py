"""The file of questions that no change of the FAQ may break, added to from the test bench."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from faq_index.changes import Golden
from faq_index.golden import add_golden


class GoldenFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = asyncio.Lock()

    async def add(self, questions: Sequence[Golden]) -> None:
        """Raises CannotWrite, InvalidFaq where the file holds mistakes, OSError."""
        if questions:
            async with self._writing:
                await asyncio.to_thread(add_golden, self._path, questions)
