"""Entries and phrasings of one language by what they are called: found without a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from faq_index.entry import Entry
from faq_index.lazy import Lines, Register
from faq_index.spelling import count_words
from faq_index.text import phrasing_key


@dataclass(frozen=True, slots=True)
class Directory:
    """The phrasings' `keys` (see `text.phrasing_key`), where these and the entries' ids stand, how
    often each word is written in the phrasings, and the first and the last day of each entry as
    `date.toordinal` (2, entries)."""

    keys: Lines
    by_key: Register
    by_id: Register
    words: Mapping[str, int]
    days: NDArray[np.int32]

    @classmethod
    def over(cls, entries: Sequence[Entry], texts: Sequence[str]) -> Directory:
        """`texts` are the phrasings'."""
        keys = [phrasing_key(text) for text in texts]
        days = [
            (
                (each.valid_from or date.min).toordinal(),
                (each.valid_until or date.max).toordinal(),
            )
            for each in entries
        ]
        return cls(
            Lines.over(keys),
            Register.over(keys),
            Register.over(entry.id for entry in entries),
            count_words(texts),
            np.array(days, dtype=np.int32).reshape(-1, 2).T,
        )

    def row_of(self, key: str) -> int | None:
        """The last phrasing with this key."""
        return self.by_key.find(key, self.keys)

    def place_of(self, entry_id: str, entries: Sequence[Entry]) -> int | None:
        """Of the entry with this id among the `entries`."""
        return self.by_id.find(entry_id, lambda place: entries[place].id)

    def valid(self, on: date) -> NDArray[np.bool_]:
        """Which entries may be found on a day: (entries,)."""
        first, last = self.days
        day = on.toordinal()
        valid: NDArray[np.bool_] = (first <= day) & (day <= last)
        return valid
