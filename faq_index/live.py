"""The index that answers now, replaced in one step while questions are being answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date

from faq_index.cores import cores
from faq_index.decision import Decision
from faq_index.index import FaqIndex

# More at once than cores would only slow the first ones down, and some are decided in vain.
_AHEAD = cores()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; see `FaqIndex.decide`."""

    text: str
    language: str
    today: date
    previous: str | None = None
    threshold: float | None = None

    def put_to(self, index: FaqIndex) -> Decision:
        return index.decide(
            self.text,
            self.language,
            previous=self.previous,
            today=self.today,
            threshold=self.threshold,
        )


class LiveIndex:
    """Take `current` once for a question and use that: it stays whole after a swap."""

    def __init__(self, index: FaqIndex) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._begun: dict[Question, tuple[FaqIndex, Future[Decision]]] = {}
        self._pool = ThreadPoolExecutor(_AHEAD, thread_name_prefix="decide-ahead")

    @property
    def current(self) -> FaqIndex:
        return self._index

    def swap(self, new: FaqIndex) -> FaqIndex:
        """Make `new` the current one; returns the one it replaced."""
        with self._lock:
            old, self._index = self._index, new
        return old

    def decide(self, question: Question) -> Decision:
        """What the current index says; waits for what has been begun of it. Use a thread."""
        index = self._index
        of, begun = self._begun.get(question, (None, None))
        if begun is not None and of is index:
            # Who began it may give up at any moment.
            with suppress(CancelledError):
                return begun.result()
        return question.put_to(index)

    @contextmanager
    def deciding(self, question: Question) -> Iterator[None]:
        """Begins to decide while it is not known yet whether the text is a question at all. Whoever
        asks within the block finds it done, or nearly; with as many of them as there are cores it
        is left to who asks. From one thread only."""
        if len(self._begun) >= _AHEAD or question in self._begun:
            yield
            return
        index = self._index
        begun = self._pool.submit(question.put_to, index)
        self._begun[question] = index, begun
        try:
            yield
        finally:
            del self._begun[question]
            # Nobody has asked, or has waited for it to its end.
            begun.cancel()
