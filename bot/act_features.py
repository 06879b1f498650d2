"""What the act classifier sees of a message: weighted words and letters, and how new they are.

Words (with their neighbours) carry English; sequences of letters carry Japanese, which writes no
spaces, and misspelt English. Both are TF-IDF, so that a long message does not weigh more than a
short one.

The last column is the share of the message's letter triples that no example of an act contains.
An act uses few words and the examples have nearly all of them; a question names things that are
in no example ("no rummy", "talk to my landlord about the boiler"). On public requests of shops and
banks this one column removes four of five false calls for a person at the same recall.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

WORD = r"(?u)[\w']+"
TRIPLE = 3

# What stands in a single example teaches nothing: a third of the size, the same figures.
_COMMON: dict[str, Any] = {"min_df": 2, "sublinear_tf": True}

_PIECES = re.compile(r"[\w']+|[^\w\s]")
_DIGITS = re.compile(r"\d+")


def normalise(text: str) -> str:
    """Full-width and half-width forms, case, typographic apostrophes and numbers made alike."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    return " ".join(_PIECES.findall(_DIGITS.sub("0", plain)))


def triples(normalised: str) -> set[str]:
    padded = f"  {normalised} "
    return {padded[i : i + TRIPLE] for i in range(len(padded) - TRIPLE + 1)}


class ActFeatures:
    """Turns messages into rows of a sparse matrix, the same number of columns for all."""

    def __init__(self, words: TfidfVectorizer, letters: TfidfVectorizer, known: set[str]) -> None:
        self._words = words
        self._letters = letters
        self._known = known
        # The weights are put together anew whenever a vectorizer is asked for them.
        self._parts = [
            (each.vocabulary_, each.idf_, each.build_analyzer()) for each in (words, letters)
        ]

    @classmethod
    def fit(cls, texts: Sequence[str], is_act: Sequence[bool]) -> tuple[ActFeatures, csr_matrix]:
        """Learn from the examples; also returns their rows.

        In its own row an example does not count as having seen itself, or nothing would be new.
        """
        normalised = [normalise(text) for text in texts]
        words, letters = _words(), _letters()
        columns = [words.fit_transform(normalised), letters.fit_transform(normalised)]
        seen = Counter(
            t for text, act in zip(normalised, is_act, strict=True) if act for t in triples(text)
        )
        novelty = [
            _share_of_new(text, {t for t in triples(text) if seen[t] > int(act)})
            for text, act in zip(normalised, is_act, strict=True)
        ]
        rows = hstack([*columns, csr_matrix(np.array(novelty).reshape(-1, 1))]).tocsr()
        return cls(words, letters, set(seen)), rows

    def row(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """The columns that are not 0 in the row of one text, and what is in them: as `fit` makes
        rows, without what that takes for one."""
        normalised = normalise(text)
        columns, values, first = [], [], 0
        for terms, told, pieces in self._parts:
            counts = Counter(terms[piece] for piece in pieces(normalised) if piece in terms)
            own = np.fromiter(counts.keys(), dtype=np.intp, count=len(counts))
            times = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
            weights = (1 + np.log(times)) * told[own]
            columns.append(first + own)
            values.append(weights / (np.linalg.norm(weights) or 1.0))
            first += len(terms)
        columns.append(np.array([first]))
        values.append(np.array([_share_of_new(normalised, self._known)]))
        return np.concatenate(columns), np.concatenate(values)

    def as_json(self) -> dict[str, Any]:
        return {
            "words": _state(self._words),
            "letters": _state(self._letters),
            "known": sorted(self._known),
        }

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> ActFeatures:
        words = _restored(_words(state["words"]["terms"]), state["words"])
        letters = _restored(_letters(state["letters"]["terms"]), state["letters"])
        return cls(words, letters, set(state["known"]))


def _share_of_new(normalised: str, known: set[str]) -> float:
    own = triples(normalised)
    return len(own - known) / len(own)


def _words(vocabulary: list[str] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(token_pattern=WORD, ngram_range=(1, 3), vocabulary=vocabulary, **_COMMON)


def _letters(vocabulary: list[str] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5), vocabulary=vocabulary, **_COMMON)


def _state(vectorizer: TfidfVectorizer) -> dict[str, Any]:
    terms: list[str] = vectorizer.get_feature_names_out().tolist()
    return {"terms": terms, "weights": vectorizer.idf_.tolist()}


def _restored(vectorizer: TfidfVectorizer, state: dict[str, Any]) -> TfidfVectorizer:
    vectorizer.idf_ = np.array(state["weights"])
    return vectorizer
