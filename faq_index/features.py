"""What tells a sure first candidate from a doubtful one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from faq_index.confidence import CHOICES, Array, Examples, Flags
from faq_index.fusion import Weights
from faq_index.signals import NAMES, Rows, Table

FEATURES = (
    "classifier", "dense", "passage", "margin", "words", "characters", "answer", "lead", "known",
)  # fmt: skip
_CLASSIFIER = NAMES.index("classifier")
_WIDEST_MARGIN = 6.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """Entries of several queries by their fused score.

    `fused` is (queries, entries), -inf for entries that may not be found; `first` the best ones.
    """

    fused: Array
    first: Rows

    def best(self, count: int) -> Rows:
        """(queries, count) entry numbers, best first."""
        order: Rows = np.argsort(-self.fused, axis=1, kind="stable")[:, :count]
        return order


def rank(table: Table, weights: Weights, allowed: Flags, bonus: Array | float = 0.0) -> Ranking:
    """`allowed` and `bonus` broadcast to (queries, entries); each query needs one allowed."""
    fused = np.where(allowed, table @ weights + bonus, -np.inf)
    return Ranking(fused, np.argmax(fused, axis=1))


def features(table: Table, ranking: Ranking, known: Array) -> Array:
    """(queries, FEATURES); `known` is the share of a query's words that the FAQ uses at all."""
    rows = np.arange(len(table))
    top = table[rows, ranking.first].astype(np.float64)
    classified = np.where(np.isfinite(ranking.fused), table[:, :, _CLASSIFIER], -np.inf)
    lead = top[:, _CLASSIFIER] - np.maximum(_second(classified, ranking.first), 0.0)
    margin = ranking.fused[rows, ranking.first] - _second(ranking.fused, ranking.first)
    column = {name: top[:, i] for i, name in enumerate(NAMES)}
    column |= {"lead": lead, "known": known}
    column["margin"] = np.clip(margin / _WIDEST_MARGIN, 0.0, 1.0)
    return np.column_stack([column[name] for name in FEATURES])


def _second(scores: Array, first: Rows) -> Array:
    """The best score but that of `first`; -inf when there is no other."""
    others = scores.astype(np.float64)
    others[np.arange(len(others)), first] = -np.inf
    best: Array = others.max(axis=1)
    return best


def examples(table: Table, ranking: Ranking, known: Array, truth: Rows) -> Examples:
    """`truth` is the right entry of each query, -1 where none is."""
    best = ranking.best(CHOICES) == truth[:, None]
    seen = features(table, ranking, known)
    return Examples(seen, best[:, 0], best.any(axis=1), np.ones(len(seen)))
