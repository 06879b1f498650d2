"""Work that costs little more for several than for one, done for all who wait for it at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Together(Generic[K, V]):
    """Calls of several threads, one at a time: those that come meanwhile are the next one's.

    Who comes alone waits for nobody.
    """

    def __init__(self, work: Callable[[Sequence[K]], Sequence[V]], most: int) -> None:
        """`work` makes a value of each, of at most so many, in their order."""
        self._work = work
        self._most = most
        self._waiting: list[tuple[K, Future[V]]] = []
        self._joining = threading.Lock()
        self._working = threading.Lock()

    def of(self, asked: K) -> V:
        """Raises what `work` raises."""
        made: Future[V] = Future()
        with self._joining:
            self._waiting.append((asked, made))
        with self._working:
            # Those before it may be more than are taken at once.
            while not made.done():
                self._do_next()
        return made.result()

    def _do_next(self) -> None:
        with self._joining:
            taken, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            values = self._work([asked for asked, _ in taken])
        except BaseException as error:  # noqa: BLE001 - handed to everybody who waits
            for _, made in taken:
                made.set_exception(error)
            return
        for (_, made), value in zip(taken, values, strict=True):
            made.set_result(value)
