"""What a change would do to questions that customers have really asked, before it is published."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from faq_index.building import build_index
from faq_index.changes import Asked, Comparison, Golden, Said, broken, compare
from faq_index.entry import to_json
from faq_index.golden import read_golden
from faq_index.read_ahead import ReadAhead
from faq_index.sightings_file import load_sightings, save_sightings
from faq_index.snapshot import load_snapshot
from web_widget.background import in_daemon

if TYPE_CHECKING:
    from faq_index import Encoder, Entry, FaqIndex, Label

# (question, language, how often), the most frequent first.
Past = Callable[[], Awaitable[Sequence[tuple[str, str, int]]]]
# So many that are not remembered are looked up in either state while a person waits, the most
# frequent first; `kotae diff` looks up all of them, and leaves them to be remembered.
MOST_LOOKED_UP = 4000
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Impact:
    """`left_out` past questions and phrasings were not asked; `breaks` are golden questions that
    the live FAQ keeps and the new one would not, `broken` those that neither keeps."""

    comparison: Comparison
    left_out: int
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
    ) -> None:
        """`settled` waits until nothing is about to take the place of what is live."""
        self._index = index
        self._settled = settled
        self._encoder = encoder
        self._snapshots = snapshots
        self._sightings = sightings
        self._golden = golden
        self._past = past
        self._labels = labels
        self._max_wrong = max_wrong
        self._turn = asyncio.Lock()
        self._known: OrderedDict[str, Impact] = OrderedDict()

    async def of(self, entries: Sequence[Entry]) -> Impact:
        """Of the whole FAQ as it would be. Raises FaqIndexError when it cannot be built or the
        golden set cannot be read. What was found before is not looked for again."""
        if self._settled is not None:
            await self._settled()
        async with self._turn:
            key = self._key(entries)
            if key in self._known:
                return self._known[key]
            past = await self._past()
            labels = await self._labels()
            found = await in_daemon(lambda: self._compare(entries, past, labels), polite=True)
            self._known[key] = found
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return found

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
        asked = [Asked(*each) for each in past]
        known = {(each.text, each.language) for each in asked}
        asked += [
            each for each in _new_words(before, after) if (each.text, each.language) not in known
        ]
        sightings = load_sightings(self._sightings)
        comparison = compare(
            before, after, asked, labels, lambda _done, _total: None, sightings, MOST_LOOKED_UP
        )
        left_out = len(asked) - comparison.questions
        save_sightings(sightings, self._sightings, with_others=left_out > 0)
        golden = read_golden(self._golden) if self._golden.is_file() else []
        lost = broken(after, golden)
        already = {each for each, _ in broken(before, [each for each, _ in lost])}
        return Impact(
            comparison,
            left_out,
            tuple(pair for pair in lost if pair[0] not in already),
            tuple(pair for pair in lost if pair[0] in already),
        )


def _new_words(before: FaqIndex, after: FaqIndex) -> list[Asked]:
    """Phrasings of either: of the new one first."""
    entries = [*after.entries(), *before.entries()]
    words = [Asked(text, entry.language, 0) for entry in entries for text in entry.phrasings]
    return list(dict.fromkeys(words))
