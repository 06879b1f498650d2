"""Looks questions up in several processes, which share the indexes' memory."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Protocol
from zlib import crc32

from threadpoolctl import threadpool_limits

from faq_index.confidence import Flags
from faq_index.cores import cores
from faq_index.errors import LookerLost
from faq_index.index import FaqIndex
from faq_index.partition import Partition, Sight, on_its_own
from faq_index.signals import Glance

# Fewer are looked up in the time that handing them over takes.
_FEW = 16
Answers = list[Glance] | list[Sight]
Wanted = Sequence[tuple[Partition, Sequence[str]]]
# Flags tell which entries may be found; without them only a glance is wanted.
Job = tuple[Partition, Sequence[str], Flags | None]


def useful_processes() -> int:
    """How many processes are of use; one where memory cannot be shared with safety."""
    return cores() if sys.platform == "linux" else 1


class Looking(Protocol):
    """Looks texts up, each once."""

    def begin(self, wanted: Wanted) -> None:
        """Get ready to be asked for the glances at these."""

    def glances(self, part: Partition, texts: Sequence[str]) -> Iterable[Glance]: ...

    def sights(self, part: Partition, texts: Sequence[str], allowed: Flags) -> Iterable[Sight]: ...


class Alone:
    """In this process, when it is asked."""

    def begin(self, wanted: Wanted) -> None:
        pass

    def glances(self, part: Partition, texts: Sequence[str]) -> Iterable[Glance]:
        return part.glances(texts)

    def sights(self, part: Partition, texts: Sequence[str], allowed: Flags) -> Iterable[Sight]:
        return part.sights(texts, allowed)


@dataclass(frozen=True, slots=True)
class _Looker:
    process: BaseProcess
    pipe: Connection


@contextmanager
def looking_up(indexes: Sequence[FaqIndex], processes: int) -> Iterator[Looking]:
    """What looks texts up in the partitions of `indexes`, of no others, in so many processes.

    They are forked, so what has been loaded by then is there only once. The same text always meets
    the same process, which has read it when the other index is asked. Raises LookerLost when one
    of them has ended.
    """
    parts = [part for index in indexes for part in index.partitions.values()]
    if processes == 1:
        yield Alone()
        return
    lookers: list[_Looker] = []
    try:
        for _ in range(processes):
            lookers.append(_started(parts, [each.pipe for each in lookers]))
        yield _Spread(lookers, parts)
    finally:
        for each in lookers:
            each.pipe.close()
            each.process.kill()
            each.process.join()


def _started(parts: Sequence[Partition], others: Sequence[Connection]) -> _Looker:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, [ours, *others], parts), daemon=True)
    with warnings.catch_warnings():
        # Python 3.12 warns of BLAS's threads, which it stops before a fork; `_work` needs none.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    return _Looker(process, ours)


def _work(pipe: Connection, others: Sequence[Connection], parts: Sequence[Partition]) -> None:
    """Answer until the pipe ends, as it does when the parent dies, whatever kills it."""
    # Ctrl-C is for the parent, which ends this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for each in others:
        each.close()
    # The threads of the parent's pools are not there any more; one thread needs no pool.
    threadpool_limits(1)
    try:
        while True:
            pipe.send([_answer(parts, *job) for job in pipe.recv()])
    except (EOFError, OSError):
        # Not to run what the parent has registered for its own end.
        os._exit(0)


def _answer(
    parts: Sequence[Partition], place: int, texts: Sequence[str], allowed: Flags | None
) -> Answers | Exception:
    try:
        if allowed is None:
            return [on_its_own(each) for each in parts[place].glances(texts)]
        return [each.bare() for each in parts[place].sights(texts, allowed)]
    except Exception as exc:  # noqa: BLE001 - raised again where it was asked
        return exc


class _Spread:
    """Hands texts over to processes, which have one piece of work at a time."""

    def __init__(self, lookers: Sequence[_Looker], parts: Sequence[Partition]) -> None:
        self._lookers = lookers
        self._parts = parts
        self._under_way: tuple[list[Job], list[list[list[int]]]] | None = None
        # By the place of the partition.
        self._ready: dict[int, tuple[Sequence[str], list[Glance]]] = {}

    def begin(self, wanted: Wanted) -> None:
        self._finish()
        jobs: list[Job] = [(part, texts, None) for part, texts in wanted if len(texts) >= _FEW]
        self._ready = {}
        if jobs:
            self._under_way = jobs, self._handed_over(jobs)

    def glances(self, part: Partition, texts: Sequence[str]) -> Iterable[Glance]:
        if len(texts) < _FEW:
            return part.glances(texts)
        self._finish()
        known, found = self._ready.pop(self._place(part), ((), []))
        return found if known == texts else self._looked_up((part, texts, None))

    def sights(self, part: Partition, texts: Sequence[str], allowed: Flags) -> Iterable[Sight]:
        if len(texts) < _FEW:
            return part.sights(texts, allowed)
        self._finish()
        found: list[Sight] = self._looked_up((part, texts, allowed))
        return found

    def _finish(self) -> None:
        """What is waited for is taken first: a process that wants to tell it hears nothing else."""
        if self._under_way is not None:
            (jobs, shares), self._under_way = self._under_way, None
            for (part, texts, _), found in zip(jobs, self._taken(shares), strict=True):
                self._ready[self._place(part)] = texts, found

    def _looked_up(self, job: Job) -> list[Any]:
        [found] = self._taken(self._handed_over([job]))
        return found

    def _handed_over(self, jobs: Sequence[Job]) -> list[list[list[int]]]:
        """Of each job the places of the texts that each process has."""
        shares: list[list[list[int]]] = [[[] for _ in self._lookers] for _ in jobs]
        for own, (_, texts, _) in zip(shares, jobs, strict=True):
            for row, text in enumerate(texts):
                own[crc32(text.encode("utf-8", "surrogatepass")) % len(own)].append(row)
        with _or_lost():
            for number, looker in enumerate(self._lookers):
                looker.pipe.send(
                    [
                        (self._place(part), [texts[row] for row in own[number]], allowed)
                        for own, (part, texts, allowed) in zip(shares, jobs, strict=True)
                    ]
                )
        return shares

    def _taken(self, shares: Sequence[Sequence[Sequence[int]]]) -> list[list[Any]]:
        """Of each job what was found for its texts."""
        with _or_lost():
            by_job = zip(*(looker.pipe.recv() for looker in self._lookers), strict=True)
        return [_put_together(*each) for each in zip(shares, by_job, strict=True)]

    def _place(self, part: Partition) -> int:
        return next(place for place, each in enumerate(self._parts) if each is part)


def _put_together(
    shares: Sequence[Sequence[int]], answers: Sequence[Answers | Exception]
) -> list[Any]:
    found: dict[int, Any] = {}
    for rows, answer in zip(shares, answers, strict=True):
        if isinstance(answer, Exception):
            raise answer
        found |= zip(rows, answer, strict=True)
    return [found[row] for row in range(len(found))]


@contextmanager
def _or_lost() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError) as error:
        raise LookerLost(
            "A process that looked questions up was ended from outside, perhaps for want of "
            "memory: try again, or with --processes 1.",
            permanent=False,
        ) from error
