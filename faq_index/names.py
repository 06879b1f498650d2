"""What entries are called: the words of an id like `lost-card` are one more text about its entry.

A team chooses them to tell an entry from its neighbours. They stand beside the phrasings in a
search, and are held out like these to learn from: customers, too, word things as no phrasing does.
But nobody asks so, so a question in just these words is not one of the FAQ's own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from faq_index.analysis import Analyzer
from faq_index.entry import Entry
from faq_index.text import normalise, phrasing_key

# From camelCase, too.
_PIECE = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LEAST_LETTERS = 3
# Of an id like `a1b2c3-cafe` most is not words.
_LEAST_SHARE = 0.5


def names_of(entries: Sequence[Entry]) -> list[str]:
    """Of entries of one language each one's name, "" where its id tells nothing: where it is no
    words, where others are called the same, or where an entry is asked for by the same words.

    Ids are written in Latin letters: for a language that puts no spaces between words, which is
    written in others, there are none.
    """
    if not entries or not Analyzer(entries[0].language).is_spaced:
        return [""] * len(entries)
    names = [_words(entry.id) for entry in entries]
    counts = Counter(names)
    asked = {phrasing_key(text) for entry in entries for text in entry.phrasings}
    return [name if counts[name] == 1 and name not in asked else "" for name in names]


def _words(entry_id: str) -> str:
    pieces = _PIECE.findall(_HUMP.sub(" ", entry_id))
    words = [piece for piece in pieces if piece.isalpha()]
    letters = sum(map(len, words))
    if letters < _LEAST_LETTERS or letters < _LEAST_SHARE * sum(map(len, pieces)):
        return ""
    return normalise(" ".join(words))
