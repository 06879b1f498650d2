"""Puts slips of the finger right, as far as the FAQ's own words allow.

A word is changed only if neither the FAQ nor the language knows it, into a word of the FAQ that
begins alike and is one slip away, two in a long word. A slip is a letter too many, too few, wrong,
or two in the wrong order (optimal string alignment).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

# Shorter words have too many neighbours to guess from.
_WORD = re.compile(r"[a-z]{4,}", re.IGNORECASE)
_LONG = 6


def count_words(texts: Iterable[str]) -> Counter[str]:
    """The words that could be misspelt, in small letters, and how often each is written."""
    return Counter(word.lower() for text in texts for word in _WORD.findall(text))


class Spelling:
    """`counts` are the FAQ's words (see `count_words`); `is_word` tells whether the language knows
    a word in small letters."""

    def __init__(self, counts: Mapping[str, int], is_word: Callable[[str], bool]) -> None:
        self._is_word = is_word
        self._known = set(counts)
        self._targets: dict[str, list[str]] = {}
        # Frequent words first, so that of two that are equally near the likelier one is taken.
        # Phrasings hold customers' own slips: what the language does not know is no target.
        for word, _ in Counter(counts).most_common():
            if is_word(word):
                self._targets.setdefault(word[0], []).append(word)

    def correct(self, text: str) -> str:
        """The text, each misspelt word replaced by the FAQ's nearest one."""
        return _WORD.sub(lambda found: self._corrected(found.group()), text)

    def _corrected(self, typed: str) -> str:
        word = typed.lower()
        if word in self._known or self._is_word(word):
            return typed
        slips = 2 if len(word) >= _LONG else 1
        near = extractOne(
            word, self._targets.get(word[0], ()), scorer=OSA.distance, score_cutoff=slips
        )
        return str(near[0]) if near else typed
