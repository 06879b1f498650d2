"""What a change would do to questions that customers have really asked, before it is published."""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from faq_index.building import build_index
from faq_index.changes import Asked, Comparison, Golden, Said, broken, compare, with_phrasings
from faq_index.entry import to_json
from faq_index.golden import read_golden
from faq_index.manifest import current_version
from faq_index.read_ahead import ReadAhead
from faq_index.sightings_file import load_sightings, save_sightings
from faq_index.snapshot import load_snapshot
from web_widget.background import in_daemon

if TYPE_CHECKING:
    from faq_index import Encoder, Entry, FaqIndex, Label
    from faq_index.sightings import Sightings

# (question, language, how often), the most frequent first.
Past = Callable[[], Awaitable[Sequence[tuple[str, str, int]]]]
# So many that are not remembered are looked up in either state while a person waits, the most
# frequent first; remembering.py and `kotae diff` look up all of them.
MOST_LOOKED_UP = 4000
_KEPT = 8
Stamp = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Impact:
    """`left_out` past questions and phrasings were not asked, but will be remembered in about so
    many seconds, `known_in`; None where nobody remembers them, or where the change touches too many
    to be asked while a person waits. `breaks` are golden questions that the live FAQ keeps and the
    new one would not, `broken` those that neither keeps."""

    comparison: Comparison
    left_out: int
    known_in: float | None
    breaks: tuple[tuple[Golden, Said], ...]
    broken: tuple[tuple[Golden, Said], ...]


class Impacts:
    """Compares what is live with what files would say. One at a time, since it takes a core."""

    def __init__(
        self,
        index: Callable[[], FaqIndex],
        encoder: Encoder,
        snapshots: Path,
        sightings: Path,
        golden: Path,
        past: Past,
        labels: Callable[[], Awaitable[Sequence[Label]]],
        max_wrong: float,
        settled: Callable[[], Awaitable[None]] | None = None,
        *,
        are_remembered: bool = False,
    ) -> None:
        """`settled` waits until nothing is about to take the place of what is live;
        `are_remembered` tells that questions are looked up in the background, too."""
        self._index = index
        self._settled = settled
        self._encoder = encoder
        self._snapshots = snapshots
        self._sightings = sightings
        self._golden = golden
        self._past = past
        self._labels = labels
        self._max_wrong = max_wrong
        self._are_remembered = are_remembered
        self._turn = asyncio.Lock()
        # With what was remembered by then.
        self._known: OrderedDict[str, tuple[Impact, Stamp]] = OrderedDict()

    async def of(self, entries: Sequence[Entry], *, may_be_partial: bool = False) -> Impact:
        """Of the whole FAQ as it would be. Raises FaqIndexError when it cannot be built or the
        golden set cannot be read. What was found before is not looked for again, unless something
        was left out, must not be, and more is remembered by now."""
        if self._settled is not None:
            await self._settled()
        async with self._turn:
            key = self._key(entries)
            if key in self._known:
                impact, remembered = self._known[key]
                if may_be_partial or not impact.left_out or remembered == self._remembered():
                    return impact
            past = await self._past()
            labels = await self._labels()
            found = await in_daemon(lambda: self._compare(entries, past, labels), polite=True)
            self._known[key] = found, self._remembered()
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return found

    def _remembered(self) -> Stamp:
        """Changes with what is remembered."""
        return {path.name: path.stat().st_mtime_ns for path in self._sightings.glob("*.npz")}

    def _key(self, entries: Sequence[Entry]) -> str:
        plain = [{**to_json(entry), "file": "", "line": 0} for entry in entries]
        golden = self._golden.read_bytes() if self._golden.is_file() else b""
        about = json.dumps([self._index().version, plain], ensure_ascii=True).encode()
        return sha256(about + golden).hexdigest()

    def _compare(
        self,
        entries: Sequence[Entry],
        past: Sequence[tuple[str, str, int]],
        labels: Sequence[Label],
    ) -> Impact:
        ahead = ReadAhead(self._encoder)
        before = load_snapshot(self._snapshots, ahead)
        after = build_index(entries, ahead, max_wrong=self._max_wrong, before=before)
        if labels:
            before = before.recalibrated(labels, max_wrong=self._max_wrong)
            after = after.recalibrated(labels, max_wrong=self._max_wrong)
        asked = with_phrasings([Asked(*each) for each in past], after, before)
        sightings = load_sightings(self._sightings)
        started = time.monotonic()
        comparison = compare(
            before, after, asked, labels, lambda _done, _total: None, sightings, MOST_LOOKED_UP
        )
        seconds = time.monotonic() - started
        left_out = len(asked) - comparison.questions
        save_sightings(
            sightings,
            self._sightings,
            with_others=left_out > 0,
            is_live=lambda: current_version(self._snapshots) == before.version,
        )
        golden = read_golden(self._golden) if self._golden.is_file() else []
        lost = broken(after, golden)
        already = {each for each, _ in broken(before, [each for each, _ in lost])}
        return Impact(
            comparison,
            left_out,
            self._known_in(sightings, seconds, comparison.questions, left_out),
            tuple(pair for pair in lost if pair[0] not in already),
            tuple(pair for pair in lost if pair[0] in already),
        )

    def _known_in(
        self, sightings: Sightings, seconds: float, done: int, left_out: int
    ) -> float | None:
        """As long as it took for those that were looked up."""
        if not (self._are_remembered and left_out and sightings.asked):
            return None
        # What is looked up in the changed FAQ is looked up each time, whatever is remembered.
        touched = (sightings.asked - sightings.asked_of_live) / max(1, done)
        if touched * (done + left_out) > MOST_LOOKED_UP:
            return None
        return seconds / sightings.asked * left_out
