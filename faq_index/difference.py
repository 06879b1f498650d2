"""How a state of an FAQ differs from an earlier one, for what questions came across in that.

From some thousands of phrasings on, a small change leaves all that was learned as it is (see
building.py). A question then comes across the same as before, unless an entry that it looked at is
gone or different, or a new phrasing comes near enough to be looked at, or its words have become
known or unknown. All of that is checked for each question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from faq_index.confidence import Flags
from faq_index.lexical import Bm25, Cosines
from faq_index.partition import Partition, Sight
from faq_index.signals import LEAST, Glance

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
        texts, begins = part.matchers.phrasings.texts, part.matchers.first_rows.tolist()
        entries = tuple(
            digest(repr((entry.id, texts[begin:end], entry.answer, bool(flag))).encode())
            for entry, flag, begin, end in zip(
                part.entries, allowed, begins, begins[1:], strict=False
            )
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

    def keeps(self, texts: Sequence[str], glances: Sequence[Glance]) -> Flags:
        """Which of these texts come across the same in this partition for certain: (texts,)."""
        if not self.is_small:
            return np.zeros(len(texts), dtype=bool)
        kept = np.ones(len(texts), dtype=bool)
        if not len(texts) or not (self._gone.any() or len(self._entries)):
            return kept
        for row, glance in enumerate(glances):
            kept[row] = not self._gone[glance.entries].any()
        kept &= self._are_far(glances)
        rows = np.flatnonzero(kept).tolist()
        kept[rows] = self._are_strange([texts[row] for row in rows], [glances[row] for row in rows])
        return kept

    def moved(self, sight: Sight) -> Sight:
        """What a text that comes across the same meets in this partition."""
        return replace(
            sight,
            entries=self._place[sight.entries],
            phrasings=self._part.matchers.first_rows[self._place[sight.entries]],
            glance=self.glance(sight.glance),
        )

    def glance(self, glance: Glance) -> Glance:
        return replace(glance, entries=self._place[glance.entries])

    def _are_far(self, glances: Sequence[Glance]) -> NDArray[np.bool_]:
        """Those to which no new phrasing or passage means nearly the same."""
        matchers = self._part.matchers
        vectors = np.stack([glance.vector for glance in glances])
        least = np.stack([glance.least for glance in glances]) - _ROUNDING
        far = np.ones(len(glances), dtype=bool)
        for index, rows, kind in (
            (matchers.dense, self._rows, _DENSE),
            (matchers.passages, self._entries, _PASSAGE),
        ):
            nearest = (vectors @ index.vectors[rows].T).max(axis=1, initial=-np.inf)
            far &= nearest < least[:, kind]
        return far

    def _are_strange(self, texts: Sequence[str], glances: Sequence[Glance]) -> NDArray[np.bool_]:
        """Those with which no new phrasing shares enough words or letters, and of whose words none
        have become known or unknown."""
        if not texts:
            return np.zeros(0, dtype=bool)
        matchers = self._part.matchers
        words = [matchers.words.tokens(text) for text in texts]
        letters = [matchers.characters.tokens(text) for text in texts]
        known = np.array([glance.known for glance in glances])
        strange: NDArray[np.bool_] = (
            np.abs(matchers.words.known_shares(words) - known) < _SAME_SHARE
        )
        least = np.maximum(np.stack([glance.least for glance in glances]) - _ROUNDING, 0.0)
        nearest: tuple[tuple[Cosines | Bm25, Sequence[Sequence[str]], int], ...] = (
            (matchers.words, words, _WORDS),
            (matchers.answer, words, _ANSWER),
            (matchers.characters, letters, _CHARACTERS),
        )
        for matcher, terms, kind in nearest:
            strange &= matcher.highest(terms, self._rows) <= least[:, kind]
        return strange


def digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def _lexical(part: Partition) -> tuple[Cosines | Bm25, ...]:
    return part.matchers.words, part.matchers.answer, part.matchers.characters


def _learned(part: Partition, terms: Sequence[int]) -> bytes:
    """Of the first so many terms of each lexical matcher, and of all else that was learned."""
    model, blend, late = part.model, part.matchers.blend, part.matchers.late
    # Whether all vectors are gone through is not learned, but decides what is found.
    indexes = part.matchers.dense, part.matchers.passages
    facts = (
        part.encoder.name, blend.shares, model.kernel, [each.lists is None for each in indexes]
    )  # fmt: skip
    told = blake2b(repr(facts).encode(), digest_size=16)
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
