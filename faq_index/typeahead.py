"""Questions while they are being typed: no encoder, a few milliseconds at most."""

from __future__ import annotations

from collections.abc import Sequence

from faq_index.analysis import Analyzer
from faq_index.entry import Entry
from faq_index.text import phrasing_key

_PREFIX, _WORD_PREFIX, _INSIDE = 3.0, 2.0, 1.0
# Below this share of common character n-grams a suggestion is noise.
_LEAST_OVERLAP = 0.5


class Typeahead:
    """Finds entries whose phrasings start with, hold, or nearly hold what was typed."""

    def __init__(self, entries: Sequence[Entry], analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._phrasings = [
            (
                entry,
                phrasing_key(text),
                frozenset(analyzer.characters(text)),
                text == entry.question,
            )
            for entry in entries
            for text in entry.phrasings
        ]

    def find(self, typed: str, limit: int) -> list[Entry]:
        """Best first, each entry once."""
        key = phrasing_key(typed)
        if not key:
            return []
        grams = frozenset(self._analyzer.characters(typed))
        best: dict[str, tuple[float, Entry]] = {}
        for entry, phrasing, known, is_question in self._phrasings:
            score = _score(key, grams, phrasing, known) + 0.1 * is_question
            if score >= _LEAST_OVERLAP and score > best.get(entry.id, (0.0, entry))[0]:
                best[entry.id] = (score, entry)
        ranked = sorted(best.values(), key=lambda found: -found[0])
        return [entry for _, entry in ranked[:limit]]


def _score(key: str, grams: frozenset[str], phrasing: str, known: frozenset[str]) -> float:
    if phrasing.startswith(key):
        return _PREFIX
    if f" {key}" in phrasing:
        return _WORD_PREFIX
    if key in phrasing:
        return _INSIDE
    return len(grams & known) / len(grams) * 0.9 if grams else 0.0
