"""What tells a sure first candidate from a doubtful one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faq_index.confidence import CHOICES, Array, Examples
from faq_index.fusion import Weights
from faq_index.signals import NAMES, Look, Rows

FEATURES = (*NAMES, "margin", "lead", "known")
_CLASSIFIER = NAMES.index("classifier")
_WIDEST_MARGIN = 6.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """A look's entries by their fused score: places in the look and scores, best first."""

    order: Rows
    scores: Array


def rank(look: Look, weights: Weights) -> Ranking:
    scores = look.table @ weights
    order = np.argsort(-scores, kind="stable")
    return Ranking(order, scores[order])


def features(look: Look, ranking: Ranking) -> Array:
    """Of the first candidate (FEATURES,); zeros when there is none."""
    if not len(ranking.order):
        return np.zeros(len(FEATURES))
    first = look.table[ranking.order[0]].astype(np.float64)
    others = look.table[ranking.order[1:], _CLASSIFIER]
    margin = ranking.scores[0] - ranking.scores[1] if len(others) else _WIDEST_MARGIN
    lead = first[_CLASSIFIER] - max(0.0, float(others.max(initial=0.0)))
    return np.append(first, [min(1.0, margin / _WIDEST_MARGIN), lead, look.glance.known])


def examples(looks: Sequence[Look], weights: Weights, truth: Sequence[int]) -> Examples:
    """`truth` is the right entry of each look, -1 where none is."""
    seen, top, choices = [], [], []
    for look, entry in zip(looks, truth, strict=True):
        ranking = rank(look, weights)
        best = look.entries[ranking.order[:CHOICES]]
        seen.append(features(look, ranking))
        top.append(len(best) > 0 and best[0] == entry)
        choices.append(entry in best)
    rows = np.array(seen).reshape(len(seen), len(FEATURES))
    return Examples(rows, np.array(top, bool), np.array(choices, bool))
