"""Phrasings as a hurried customer types them, to learn how far words and letters can be trusted."""

from __future__ import annotations

import random

# One slip in so many letters.
_LETTERS_PER_SLIP = 8
_MOST_SLIPS = 4


def misspell(text: str) -> str:
    """The text with letters dropped, doubled or swapped; the same text always in the same way."""
    choose = random.Random(text)
    chars = list(text)
    letters = sum(char.isalpha() for char in chars)
    for _ in range(min(_MOST_SLIPS, max(1, letters // _LETTERS_PER_SLIP))):
        places = [i for i in range(1, len(chars)) if chars[i].isalpha() and chars[i - 1].isalpha()]
        if places:
            _slip(chars, choose.choice(places), choose)
    return "".join(chars)


def _slip(chars: list[str], place: int, choose: random.Random) -> None:
    kind = choose.randrange(3)
    if kind == 0:
        del chars[place]
    elif kind == 1:
        chars.insert(place, chars[place])
    else:
        chars[place - 1], chars[place] = chars[place], chars[place - 1]
