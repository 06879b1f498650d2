"""Text as the index compares it: width, case, words and characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Kana, ideographs and their extensions: what an English text never holds.
_JAPANESE = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")
_LATIN_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+")
_WHITE = re.compile(r"\s+")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\uff07": "'"})
_MARKUP = re.compile(r"https?://\S+|[*_`#>|]+")
# What is not to be seen of ASCII.
_CONTROLS = dict.fromkeys([*range(9), *range(14, 28), 127])
MAX_TEXT = 2000


def normalise(text: str) -> str:
    """NFKC, case folded, white space collapsed; full and half width become the same."""
    if text.isascii():  # nothing to compose: the same, ten times faster
        return " ".join(text.translate(_CONTROLS).lower().split())
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold()
    # Case folding can undo the composition (ß, İ), so it is composed once more.
    visible = "".join(c for c in unicodedata.normalize("NFKC", folded) if _is_visible(c))
    return _WHITE.sub(" ", visible).strip()


def _is_visible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def phrasing_key(text: str) -> str:
    """Two phrasings with the same key are the same question; empty when nothing can be read."""
    key = normalise(text)
    while key and not _is_readable(key[-1]):
        key = key[:-1]
    return key if any(_is_readable(c) for c in key) else ""


def _is_readable(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNM" or unicodedata.category(char) in ("Sc", "So")


def is_japanese(text: str) -> bool:
    """True when the text holds kana or ideographs."""
    return _JAPANESE.search(text) is not None


def has_letters(text: str) -> bool:
    return any(c.isalpha() for c in text)


def plain(answer: str) -> str:
    """An answer without its markup and addresses, for searching in."""
    return _MARKUP.sub(" ", answer)


def latin_words(text: str) -> list[str]:
    """Stems of the words of a text in a script that puts spaces between words."""
    return [stem(word) for word in _LATIN_WORD.findall(normalise(text)[:MAX_TEXT])]


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Cut an English ending: refunds, refunded and refunding all become refund."""
    word = word.removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 2 and any(c in "aeiouy" for c in root):
            return _undouble(root)
    return word.removesuffix("e") if len(word) > 4 else word


def _undouble(root: str) -> str:
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz":
        return root[:-1]
    return root.removesuffix("e") if len(root) > 4 else root


def character_ngrams(text: str, shortest: int, longest: int) -> list[str]:
    """Character n-grams of each word, a space standing for its edges."""
    found: list[str] = []
    for word in normalise(text)[:MAX_TEXT].split(" "):
        found += _ngrams(word, shortest, longest)
    return found


@lru_cache(maxsize=1 << 14)
def _ngrams(word: str, shortest: int, longest: int) -> tuple[str, ...]:
    padded = f" {word} "
    found = []
    for size in range(shortest, longest + 1):
        if len(padded) <= size:
            found.append(padded)
            break
        found += [padded[start : start + size] for start in range(len(padded) - size + 1)]
    return tuple(found)
