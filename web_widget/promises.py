"""Keeps the live index up with the labels: what was learned today decides tomorrow's answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from faq_index import FaqIndex, Label
from faq_index.live import LiveIndex
from helpdesk.labels import Labels
from web_widget.background import in_daemon
from web_widget.errors import failure

log = structlog.get_logger(__name__)

# New labels are gathered for so long. Other processes and `kotae labels import` write them too, so
# the database is asked rather than told.
_LOOK_SECONDS = 10.0


class PromiseKeeper:
    """Recalibrates the live index by the labels there are, at the start and when they change."""

    def __init__(self, live: LiveIndex, labels: Labels, max_wrong: float) -> None:
        self._live = live
        self._labels = labels
        self._max_wrong = max_wrong
        self._known: Sequence[Label] = ()
        self._stamp: tuple[int, datetime | None] | None = None
        self._warned: frozenset[str] = frozenset()

    def taught(self, index: FaqIndex) -> FaqIndex:
        """A new index with what the labels teach that were read last. Slow: call it in a thread."""
        return index.recalibrated(self._known, max_wrong=self._max_wrong)

    async def refresh(self) -> bool:
        """Recalibrate if labels have changed. False when live stayed as it was."""
        stamp = await self._labels.stamp()
        if stamp == self._stamp:
            return False
        known = await self._labels.everything()
        before = self._live.current
        self._known = known
        index = await in_daemon(lambda: self.taught(before))
        if self._live.current is not before:
            # New FAQ files went live meanwhile; the next look teaches them.
            return False
        self._live.swap(index)
        self._stamp = stamp
        log.info("labels learned", labels=len(known))
        self._warn(index)
        return True

    async def run(self) -> None:
        """Follow the labels until cancelled."""
        while True:
            try:
                await self.refresh()
            except Exception as exc:  # noqa: BLE001 - whatever fails, what is live stays live
                log.error("labels not learned", **failure(exc))
            await asyncio.sleep(_LOOK_SECONDS)

    def _warn(self, index: FaqIndex) -> None:
        """Once for each language, until its labels fit the promise again."""
        contradicted = [promise for promise in index.promises if promise.contradicted]
        for promise in contradicted:
            if promise.language not in self._warned:
                log.warning(
                    "promise contradicted",
                    language=promise.language,
                    wrong=promise.recent_wrong,
                    answers=promise.recent_answers,
                    accepted=promise.max_wrong,
                )
        self._warned = frozenset(promise.language for promise in contradicted)
