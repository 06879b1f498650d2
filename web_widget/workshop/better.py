"""What could be better about the live FAQ, found once for each of its versions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

from faq_index.quality import Finding, findings
from web_widget.background import in_daemon

if TYPE_CHECKING:
    from faq_index import FaqIndex

Shown = Callable[[], Awaitable[Collection[tuple[str, str]] | None]]


class Findings:
    """`shown` are the (entry, language) that were shown of late, None where nobody knows."""

    def __init__(
        self, index: Callable[[], FaqIndex], languages: Collection[str], shown: Shown
    ) -> None:
        self._index = index
        self._languages = languages
        self._shown = shown
        # It takes a core for seconds.
        self._turn = asyncio.Lock()
        self._known: tuple[tuple[str, date], Sequence[Finding]] | None = None

    async def of(self, today: date) -> Sequence[Finding]:
        async with self._turn:
            index = self._index()
            key = (index.version, today)
            if self._known is None or self._known[0] != key:
                shown = await self._shown()
                found = await in_daemon(
                    lambda: findings(index, today=today, languages=self._languages, shown=shown)
                )
                self._known = key, found
            return self._known[1]
