"""Looks questions up in several processes, which share the indexes' memory."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from zlib import crc32

from threadpoolctl import threadpool_limits

from faq_index.confidence import Flags
from faq_index.cores import cores
from faq_index.errors import LookerLost
from faq_index.index import FaqIndex, Sights
from faq_index.partition import Partition, Sight

# Fewer are looked up in the time that handing them over takes.
_FEW = 16


def useful_processes() -> int:
    """How many processes are of use; one where memory cannot be shared with safety."""
    return cores() if sys.platform == "linux" else 1


@dataclass(frozen=True, slots=True)
class _Looker:
    process: BaseProcess
    pipe: Connection


@contextmanager
def looking_up(indexes: Sequence[FaqIndex], processes: int) -> Iterator[Sights]:
    """What looks texts up in the partitions of `indexes`, of no others, in so many processes.

    They are forked, so what has been loaded by then is there only once. The same text always meets
    the same process, which has read it when the other index is asked. Raises LookerLost when one
    of them has ended.
    """
    parts = [part for index in indexes for part in index.partitions.values()]
    if processes == 1:
        yield Partition.sights
        return
    lookers: list[_Looker] = []
    try:
        for _ in range(processes):
            lookers.append(_started(parts, [each.pipe for each in lookers]))
        yield lambda part, texts, allowed: _spread(lookers, parts, part, texts, allowed)
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
            pipe.send(_answer(parts, *pipe.recv()))
    except (EOFError, OSError):
        # Not to run what the parent has registered for its own end.
        os._exit(0)


def _answer(
    parts: Sequence[Partition], place: int, texts: Sequence[str], allowed: Flags
) -> list[Sight] | Exception:
    try:
        return [each.bare() for each in parts[place].sights(texts, allowed)]
    except Exception as exc:  # noqa: BLE001 - raised again where it was asked
        return exc


def _spread(
    lookers: Sequence[_Looker],
    parts: Sequence[Partition],
    part: Partition,
    texts: Sequence[str],
    allowed: Flags,
) -> list[Sight]:
    if len(texts) < _FEW:
        return list(part.sights(texts, allowed))
    place = next(place for place, each in enumerate(parts) if each is part)
    shares: list[list[int]] = [[] for _ in lookers]
    for row, text in enumerate(texts):
        shares[crc32(text.encode("utf-8", "surrogatepass")) % len(lookers)].append(row)
    found: dict[int, Sight] = {}
    try:
        for looker, rows in zip(lookers, shares, strict=True):
            looker.pipe.send((place, [texts[row] for row in rows], allowed))
        for looker, rows in zip(lookers, shares, strict=True):
            answer: list[Sight] | Exception = looker.pipe.recv()
            if isinstance(answer, Exception):
                raise answer
            found |= zip(rows, answer, strict=True)
    except (EOFError, OSError) as error:
        raise LookerLost(
            "A process that looked questions up was ended from outside, perhaps for want of "
            "memory: try again, or with --processes 1.",
            permanent=False,
        ) from error
    return [found[row] for row in range(len(texts))]
