"""Questions while they are being typed: no encoder, a few milliseconds at most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from faq_index.entry import Entry
from faq_index.lazy import Lines
from faq_index.matcher import Matcher

_PREFIX, _WORD_PREFIX, _INSIDE = 3.0, 2.0, 1.0
_QUESTION = 0.1
# Below this share of common character n-grams a suggestion is noise.
_LEAST_OVERLAP = 0.5
_OVERLAP = 0.9
# Of what was typed so little, too many phrasings hold it to look at all.
_MOST_PLACES = 2000


class Typeahead:
    """Finds entries whose phrasings start with, hold, or nearly hold what was typed."""

    def __init__(
        self,
        entries: Sequence[Entry],
        owners: NDArray[np.intp],
        keys: Lines,
        characters: Matcher,
    ) -> None:
        """`keys` are the phrasings' (see `text.phrasing_key`), `owners` the entry of each, and
        `characters` finds phrasings by their n-grams."""
        self._entries = entries
        self._owners = owners
        self._characters = characters
        self._keys = keys

    @cached_property
    def _text(self) -> bytes:
        """All keys in one text, which is searched faster than many: each behind a line end."""
        return b"\n" + self._keys.letters.tobytes()

    @cached_property
    def _is_question(self) -> NDArray[np.bool_]:
        is_first: NDArray[np.bool_] = np.diff(self._owners, prepend=-1) != 0
        return is_first

    def find(self, key: str, typed: str, limit: int) -> list[Entry]:
        """Best first, each entry once; `key` is that of what was `typed`."""
        if not key:
            return []
        scores = self._overlap(typed)
        for mark, score in (("", _INSIDE), (" ", _WORD_PREFIX), ("\n", _PREFIX)):
            places = list(self._places(f"{mark}{key}".encode("utf-8", "surrogatepass")))
            rows = np.searchsorted(self._keys.ends[:-1], places, side="right") - 1
            scores[rows] = score
        rows = np.flatnonzero(scores)
        rows = rows[np.argsort(-(scores + _QUESTION * self._is_question)[rows], kind="stable")]
        found = dict.fromkeys(self._owners[rows].tolist())
        return [self._entries[owner] for owner in list(found)[:limit]]

    def _places(self, sought: bytes) -> Iterator[int]:
        place = self._text.find(sought)
        for _ in range(_MOST_PLACES):
            if place < 0:
                return
            # A match that begins with the line end stands in the line behind it.
            yield place
            place = self._text.find(sought, place + 1)

    def _overlap(self, typed: str) -> NDArray[np.float64]:
        """The share of the n-grams typed that each phrasing has; 0 where it is noise."""
        grams = set(self._characters.tokens(typed))
        common = self._characters.shared(grams) / max(1, len(grams)) * _OVERLAP
        common[common + _QUESTION * self._is_question < _LEAST_OVERLAP] = 0.0
        return common
