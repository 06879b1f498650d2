"""What of a text is compared, by language: its words and its character n-grams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faq_index.japanese import japanese_words
from faq_index.text import character_ngrams, is_japanese, latin_words

# Written without spaces, so pairs of characters stand for words.
_UNSPACED = ("zh", "th", "lo", "km", "my")
_SHORT_UNITS = ("ja", "zh", "ko")


@dataclass(frozen=True, slots=True)
class Analyzer:
    """Texts to terms for one language."""

    language: str

    @property
    def base(self) -> str:
        return self.language.split("-")[0]

    @property
    def is_spaced(self) -> bool:
        """Does the language put spaces between words?"""
        return self.base not in _SHORT_UNITS and self.base not in _UNSPACED

    def words(self, text: str) -> Sequence[str]:
        """Content words in their normal form."""
        if self.base == "ja" and is_japanese(text):
            return japanese_words(text)
        if self.base in _UNSPACED:
            return character_ngrams(text, 2, 2)
        return latin_words(text)

    def characters(self, text: str) -> Sequence[str]:
        """Character n-grams: they survive typing errors and unknown endings."""
        shortest, longest = (1, 2) if self.base in _SHORT_UNITS else (2, 5)
        return character_ngrams(text, shortest, longest)
