"""All that answers questions of one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from faq_index.analysis import Analyzer
from faq_index.confidence import Array, Flags
from faq_index.encoder import Vector
from faq_index.entry import Entry
from faq_index.features import Ranking, features, rank
from faq_index.signals import NAMES, Matchers, Rows, Table, Vectors
from faq_index.training import Model

MAX_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry that may be meant: its probability, the phrasing that fits best, the signals."""

    entry: Entry
    confidence: float
    phrasing: str
    signals: dict[str, float]


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, and the probability that one of those to be offered is right."""

    hits: tuple[Hit, ...]
    choices: float
    threshold: float


class Partition:
    """Entries of one language, ready to be searched. Immutable, so any thread may search it."""

    def __init__(
        self,
        entries: Sequence[Entry],
        analyzer: Analyzer,
        vectors: Vectors,
        matchers: Matchers,
        model: Model,
    ) -> None:
        self.entries = tuple(entries)
        self.analyzer = analyzer
        self.vectors = vectors
        self.matchers = matchers
        self.model = model

    def search(self, question: str, vector: Vector, allowed: Flags, bonus: Array) -> Found:
        """`allowed` and `bonus` (added to the fused score) have one value an entry."""
        confidence = self.model.confidence
        if not allowed.any():
            return Found((), 0.0, confidence.threshold)
        found = self.matchers.find([question], self.model.blend.apply(vector[None, :]))
        kernel = self.model.kernel.of(found, self.model.rows)
        table = self.matchers.table(found, kernel @ self.model.classifier)
        ranking = rank(table, self.model.weights, allowed[None, :], bonus[None, :])
        words = self.matchers.words
        known = words.vocabulary.known_share(words.tokens(question))
        seen = features(table, ranking, np.array([known]))
        choices = float(confidence.of_choices(seen)[0])
        best = ranking.best(MAX_CANDIDATES)[0]
        best = best[allowed[best]]
        top = min(float(confidence.of_top(seen)[0]), _beats_second(ranking, best))
        shares = _confidences(ranking, best, top, choices)
        nearest = found.dense[0] + found.characters[0] + found.words[0]
        hits = tuple(
            Hit(self.entries[e], p, self._phrasing(int(e), nearest), _signals(table[0, e]))
            for e, p in zip(best, shares, strict=True)
        )
        return Found(hits, choices, confidence.threshold)

    def _phrasing(self, entry: int, nearest: Table) -> str:
        rows = np.flatnonzero(self.matchers.phrasings.owners == entry)
        return self.matchers.phrasings.texts[int(rows[np.argmax(nearest[rows])])]


def _signals(row: Table) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(NAMES, row, strict=True)}


def _beats_second(ranking: Ranking, best: Rows) -> float:
    """The probability, by the model of the weights, that the first and not the second is meant."""
    scores = ranking.fused[0, best]
    return float(expit(scores[0] - scores[1])) if len(scores) > 1 else 1.0


def _confidences(ranking: Ranking, best: Rows, top: float, choices: float) -> list[float]:
    """The first gets `top`; the others share what the choices add, by their fused scores."""
    scores = ranking.fused[0, best]
    odds = np.exp(scores - scores[0])
    rest = odds[1:3].sum()
    scale = (choices - top) / rest if rest > 0 else 0.0
    return [top, *(float(min(top, scale * each)) for each in odds[1:])]
