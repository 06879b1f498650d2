"""Whether a reply is in another language than the customer's: a slip of an agent with many chats.

Told by the script alone, which needs no model and is sure where it speaks: Japanese is written with
kana and kanji, and no other language offered with them.
"""

from __future__ import annotations

import re

# Addresses, codes and names of products stay as they are in any language.
_NOT_WORDS = re.compile(r"https?://\S+|\S+@\S+|\b[\w-]*\d[\w-]*\b")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")
_LETTER = re.compile(r"[^\W\d_]")
FEWEST_LETTERS = 12
_SOME = 0.2


def is_in_another_language(text: str, language: str) -> bool:
    """False when there is too little to tell ("OK, Ana")."""
    words = _NOT_WORDS.sub(" ", text)
    letters = len(_LETTER.findall(words))
    japanese = len(_JAPANESE.findall(words))
    if language == "ja" or language.startswith("ja-"):
        return letters >= FEWEST_LETTERS and japanese == 0
    # A character of Japanese says about as much as two letters.
    return 2 * letters >= FEWEST_LETTERS and japanese > _SOME * letters
