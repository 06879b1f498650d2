"""What questions met in one state of an FAQ, so that a state that differs little asks few again.

From some thousands of phrasings on, a small change leaves all that was learned as it is (see
building.py). A question then meets the same as before, unless an entry that it looked at is gone
or different, or a new phrasing comes near enough to be looked at, or its words have become known
or unknown. All of that is checked for each question; where one of it may be so, it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from faq_index.confidence import Flags
from faq_index.index import Sights
from faq_index.lexical import Bm25, Cosines
from faq_index.partition import Partition, Sight
from faq_index.signals import LEAST

# Above what rounding may change in a score.
_ROUNDING = 1e-5
# Any word more or less that is known makes a hundred times the difference.
_SAME_SHARE = 1e-9
_DENSE, _WORDS, _CHARACTERS, _ANSWER, _PASSAGE = range(len(LEAST))


@dataclass(frozen=True, slots=True)
class Facts:
    """A partition's entries in their order, by what of them can be met, and what was learned: the
    number of terms of each lexical matcher, and a digest of all of it."""

    entries: tuple[bytes, ...]
    terms: tuple[int, ...]
    learned: bytes

    @classmethod
    def of(cls, part: Partition, allowed: Flags) -> Facts:
        terms = tuple(len(each.vocabulary.columns) for each in _lexical(part))
        entries = tuple(
            _digest(repr((entry.id, entry.phrasings, entry.answer, bool(flag))).encode())
            for entry, flag in zip(part.entries, allowed, strict=True)
        )
        return cls(entries, terms, _learned(part, terms))


class Difference:
    """Of a partition to an earlier state of it; `is_small` when nothing was learned anew."""

    def __init__(self, before: Facts, part: Partition, allowed: Flags) -> None:
        now = Facts.of(part, allowed)
        places = {facts: place for place, facts in enumerate(now.entries)}
        self._place = np.array([places.get(each, -1) for each in before.entries], dtype=np.intp)
        kept = self._place[self._place >= 0]
        self.is_small = (
            all(old <= new for old, new in zip(before.terms, now.terms, strict=True))
            and before.learned == _learned(part, before.terms)
            and bool((np.diff(kept) > 0).all())
        )
        self._part = part
        self._gone = self._place < 0
        is_new = np.ones(len(now.entries), dtype=bool)
        is_new[kept] = False
        self._entries = np.flatnonzero(is_new)
        self._rows = part.matchers.rows_of(self._entries)

    def carried_over(self, texts: Sequence[str], sights: Sequence[Sight]) -> list[Sight | None]:
        """Each sight as this partition gives it; None where it may be another one."""
        if not self.is_small:
            return [None] * len(texts)
        if not self._gone.any() and not len(self._entries):
            return [self._moved(sight) for sight in sights]
        carried: list[Sight | None] = [None] * len(texts)
        far = self._are_far(sights)
        kept = [
            row
            for row, sight in enumerate(sights)
            if far[row] and not self._gone[sight.looked_at].any()
        ]
        strange = self._are_strange([texts[row] for row in kept], [sights[row] for row in kept])
        for row, is_strange in zip(kept, strange, strict=True):
            carried[row] = self._moved(sights[row]) if is_strange else None
        return carried

    def _are_far(self, sights: Sequence[Sight]) -> NDArray[np.bool_]:
        """Those to which no new phrasing or passage means nearly the same."""
        matchers = self._part.matchers
        vectors = np.stack([sight.vector for sight in sights])
        least = np.stack([sight.least for sight in sights]) - _ROUNDING
        far = np.ones(len(sights), dtype=bool)
        for index, rows, kind in (
            (matchers.dense, self._rows, _DENSE),
            (matchers.passages, self._entries, _PASSAGE),
        ):
            nearest = (vectors @ index.vectors[rows].T).max(axis=1, initial=-np.inf)
            far &= nearest < least[:, kind]
        return far

    def _are_strange(self, texts: Sequence[str], sights: Sequence[Sight]) -> NDArray[np.bool_]:
        """Those with which no new phrasing shares enough words or letters, and of whose words none
        have become known or unknown."""
        if not texts:
            return np.zeros(0, dtype=bool)
        matchers = self._part.matchers
        words = [matchers.words.tokens(text) for text in texts]
        letters = [matchers.characters.tokens(text) for text in texts]
        known = np.array([sight.known for sight in sights])
        strange: NDArray[np.bool_] = (
            np.abs(matchers.words.known_shares(words) - known) < _SAME_SHARE
        )
        least = np.maximum(np.stack([sight.least for sight in sights]) - _ROUNDING, 0.0)
        nearest: tuple[tuple[Cosines | Bm25, Sequence[Sequence[str]], int], ...] = (
            (matchers.words, words, _WORDS),
            (matchers.answer, words, _ANSWER),
            (matchers.characters, letters, _CHARACTERS),
        )
        for matcher, terms, kind in nearest:
            strange &= matcher.highest(terms, self._rows) <= least[:, kind]
        return strange

    def _moved(self, sight: Sight) -> Sight:
        return replace(
            sight,
            entries=self._place[sight.entries],
            looked_at=self._place[sight.looked_at],
            phrasings=self._part.matchers.first_rows[self._place[sight.entries]],
        )


# By language the facts of a partition, and what questions met in it by the keys of their texts.
Met = dict[str, tuple[Facts, dict[bytes, Sight]]]


class Sightings:
    """What was met in the live FAQ: of earlier times as far as it is still so, and of now.

    Remembered sights tell no signals, and an entry's first phrasing. `look` looks up what is not
    remembered. Not for several threads.
    """

    def __init__(self, earlier: Met | None = None, look: Sights = Partition.sights) -> None:
        self.earlier = earlier or {}
        self._look = look
        self._live: Met = {}
        self._differences: dict[tuple[bytes, int, bytes], Difference] = {}
        # How many texts could not be remembered: of either state, and of the live one.
        self.asked = self.asked_of_live = 0

    def of_live(self, part: Partition, texts: Sequence[str], allowed: Flags) -> list[Sight]:
        known = self._known_of(part, allowed)
        new = self.carry_over(part, texts, allowed)
        self.asked_of_live += len(new)
        found = self._looked_up(part, new, allowed)
        known |= {key_of(text): sight.bare() for text, sight in found.items()}
        return [known[key_of(text)] for text in texts]

    def carry_over(self, part: Partition, texts: Sequence[str], allowed: Flags) -> list[str]:
        """Take what was met in the live FAQ in earlier times as far as it is still so; the texts,
        each once, of which it is not known."""
        known = self._known_of(part, allowed)
        new = [text for text in dict.fromkeys(texts) if key_of(text) not in known]
        earlier = self.earlier.get(part.analyzer.language)
        found = self._carried_over(part, new, allowed, earlier)
        known |= {key_of(text): sight.bare() for text, sight in found.items()}
        return [text for text in new if text not in found]

    def of_changed(self, part: Partition, texts: Sequence[str], allowed: Flags) -> list[Sight]:
        """Of a partition that is not live; nothing of it is kept."""
        base = self._live.get(part.analyzer.language)
        found = self._carried_over(part, list(dict.fromkeys(texts)), allowed, base)
        new = [text for text in dict.fromkeys(texts) if text not in found]
        found |= self._looked_up(part, new, allowed)
        return [found[text] for text in texts]

    def met(self, *, with_others: bool) -> Met:
        """What was asked of the live FAQ, `with_others` also what was not, where
        the FAQ is the same."""
        found: Met = {}
        for language, (facts, known) in self._live.items():
            others = self.earlier.get(language)
            is_same = with_others and others is not None and others[0] == facts
            found[language] = facts, {**others[1], **known} if others and is_same else known
        return found

    def _known_of(self, part: Partition, allowed: Flags) -> dict[bytes, Sight]:
        language = part.analyzer.language
        if language not in self._live:
            self._live[language] = Facts.of(part, allowed), {}
        return self._live[language][1]

    def _carried_over(
        self,
        part: Partition,
        texts: Sequence[str],
        allowed: Flags,
        base: tuple[Facts, dict[bytes, Sight]] | None,
    ) -> dict[str, Sight]:
        if base is None:
            return {}
        facts, known = base
        old = [text for text in texts if key_of(text) in known]
        if not old:
            return {}
        difference = self._difference(facts, part, allowed)
        kept = difference.carried_over(old, [known[key_of(text)] for text in old])
        pairs = zip(old, kept, strict=True)
        return {text: sight for text, sight in pairs if sight is not None}

    def _looked_up(self, part: Partition, texts: Sequence[str], allowed: Flags) -> dict[str, Sight]:
        self.asked += len(texts)
        return dict(zip(texts, self._look(part, texts, allowed), strict=True))

    def _difference(self, facts: Facts, part: Partition, allowed: Flags) -> Difference:
        key = facts.learned + b"".join(facts.entries), id(part), allowed.tobytes()
        if key not in self._differences:
            self._differences[key] = Difference(facts, part, allowed)
        return self._differences[key]


def key_of(text: str) -> bytes:
    """What of a text is kept to know it again."""
    return _digest(text.encode("utf-8", "surrogatepass"))


def _lexical(part: Partition) -> tuple[Cosines | Bm25, ...]:
    return part.matchers.words, part.matchers.answer, part.matchers.characters


def _learned(part: Partition, terms: Sequence[int]) -> bytes:
    """Of the first so many terms of each lexical matcher, and of all else that was learned."""
    model, blend, late = part.model, part.matchers.blend, part.matchers.late
    told = blake2b(repr((part.encoder.name, blend.shares, model.kernel)).encode(), digest_size=16)
    arrays = [model.weights, blend.centre, blend.rotation]
    arrays += [late.rotation, late.ids, late.idf, np.array(late.unknown)] if late else []
    for matcher, count in zip(_lexical(part), terms, strict=True):
        vocabulary = matcher.vocabulary
        told.update("\n".join(list(vocabulary.columns)[:count]).encode("utf-8", "surrogatepass"))
        arrays += [vocabulary.idf[:count], np.array(vocabulary.unknown)]
    arrays.append(np.array(part.matchers.answer.average))
    for array in arrays:
        told.update(b"|" if array is None else np.ascontiguousarray(array).tobytes())
    return told.digest()


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
