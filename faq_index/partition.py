"""All that answers questions of one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import expit

from faq_index.analysis import Analyzer
from faq_index.confidence import Array, Confidence, Flags
from faq_index.encoder import Encoded, Encoder, read
from faq_index.entry import Entry
from faq_index.features import features, rank
from faq_index.signals import NAMES, Look, Matchers, Table
from faq_index.training import Model

MAX_CANDIDATES = 10
# A single word names a subject and asks nothing of it, so only a sure match answers it.
_SURE_OF_ONE_WORD = 0.9


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry that may be meant: its probability, the phrasing that fits best, the signals."""

    entry: Entry
    confidence: float
    phrasing: str
    signals: dict[str, float]


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, and the probability that one of those to be offered is right; `seen` are
    the features (FEATURES,) that it follows from."""

    hits: tuple[Hit, ...]
    choices: float
    threshold: float
    seen: Array | None = None


class Partition:
    """Entries of one language, ready to be searched. Immutable, so any thread may search it."""

    def __init__(
        self,
        entries: Sequence[Entry],
        analyzer: Analyzer,
        encoder: Encoder,
        encoded: Encoded,
        passages: Encoded,
        matchers: Matchers,
        model: Model,
    ) -> None:
        """`encoded` holds the phrasings as the encoder gave them, `passages` one row an entry."""
        self.entries = tuple(entries)
        self.analyzer = analyzer
        self.encoder = encoder
        self.encoded = encoded
        self.passages = passages
        self.matchers = matchers
        self.model = model
        self._dated = [
            (place, entry)
            for place, entry in enumerate(self.entries)
            if entry.valid_from is not None or entry.valid_until is not None
        ]

    def valid(self, on: date) -> Flags:
        """Which entries may be found on a day: (entries,)."""
        flags = np.ones(len(self.entries), dtype=bool)
        for place, entry in self._dated:
            flags[place] = entry.is_valid(on)
        return flags

    def search(
        self, questions: Sequence[str], allowed: Flags, confidence: Confidence | None = None
    ) -> list[Found]:
        """What each finds; `allowed` has one value an entry; `confidence` replaces what the FAQ
        alone taught."""
        if not questions:
            return []
        encoded = read(self.encoder, questions)
        return list(self.search_encoded(questions, encoded, allowed, confidence))

    def search_encoded(
        self,
        questions: Sequence[str],
        encoded: Encoded,
        allowed: Flags,
        confidence: Confidence | None = None,
    ) -> Iterator[Found]:
        """The same for questions that the encoder has read."""
        confidence = confidence or self.model.confidence
        asked = self.matchers.asked(questions, encoded)
        looks = self.matchers.look(asked, self.model.kernel)
        for question, look in zip(asked, looks, strict=True):
            threshold = _threshold(question.words, confidence)
            yield self._found(look.of(allowed[look.entries]), threshold, confidence)

    def _found(self, look: Look, threshold: float, confidence: Confidence) -> Found:
        if not len(look.entries):
            return Found((), 0.0, threshold)
        ranking = rank(look, self.model.weights)
        seen = features(look, ranking)[None, :]
        scores = ranking.scores[:MAX_CANDIDATES]
        choices = float(confidence.of_choices(seen)[0])
        top = min(float(confidence.of_top(seen)[0]), _beats_second(scores))
        shares = _confidences(scores, top, choices)
        order = ranking.order[:MAX_CANDIDATES]
        hits = tuple(
            Hit(self.entries[entry], p, self.matchers.phrasings.texts[row], signals)
            for entry, p, row, signals in zip(
                look.entries[order].tolist(),
                shares,
                look.phrasings[order].tolist(),
                _signals(look.table[order]),
                strict=True,
            )
        )
        return Found(hits, choices, threshold, seen[0])


def _threshold(words: Sequence[str], confidence: Confidence) -> float:
    return max(confidence.threshold, _SURE_OF_ONE_WORD if len(set(words)) <= 1 else 0.0)


def _signals(table: Table) -> list[dict[str, float]]:
    rounded = np.round(table.astype(np.float64), 4).tolist()
    return [dict(zip(NAMES, row, strict=True)) for row in rounded]


def _beats_second(scores: Array) -> float:
    """The probability, by the model of the weights, that the first and not the second is meant."""
    return float(expit(scores[0] - scores[1])) if len(scores) > 1 else 1.0


def _confidences(scores: Array, top: float, choices: float) -> list[float]:
    """The first gets `top`; the others share what the choices add, by their fused scores."""
    odds = np.exp(scores - scores[0])
    rest = odds[1:3].sum()
    scale = (choices - top) / rest if rest > 0 else 0.0
    return [top, *(float(min(top, scale * each)) for each in odds[1:])]
