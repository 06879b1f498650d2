"""The index that answers now, replaced in one step while questions are being answered."""

from __future__ import annotations

import threading

from faq_index.index import FaqIndex


class LiveIndex:
    """Take `current` once for a question and use that: it stays whole after a swap."""

    def __init__(self, index: FaqIndex) -> None:
        self._index = index
        self._lock = threading.Lock()

    @property
    def current(self) -> FaqIndex:
        return self._index

    def swap(self, new: FaqIndex) -> FaqIndex:
        """Make `new` the current one; returns the one it replaced."""
        with self._lock:
            old, self._index = self._index, new
        return old
