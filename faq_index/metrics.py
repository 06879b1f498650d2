"""Figures of a retrieval run: rank, confidence, and what can be answered safely.

A question whose `relevant` is empty is out of scope: no entry answers it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Fewer answered questions than these say nothing about a precision.
_FEWEST_ANSWERS = 10
_RANKS = (1, 3, 5)
_PRECISIONS = (0.80, 0.90, 0.95)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question: ids of entries that answer it, ids found (best first), what was decided."""

    relevant: frozenset[str]
    found: tuple[str, ...]
    confidence: float
    decision: str
    offered: int = 0

    @property
    def in_scope(self) -> bool:
        return bool(self.relevant)

    @property
    def position(self) -> int | None:
        """Where the first right entry stands, from 0."""
        return next((i for i, each in enumerate(self.found) if each in self.relevant), None)


def measure(outcomes: Sequence[Outcome]) -> dict[str, float | int]:
    """All figures; shares are of in-scope questions unless the name says otherwise."""
    positions = [each.position for each in outcomes if each.in_scope]
    figures: dict[str, float | int] = {"questions": len(outcomes), "in_scope": len(positions)}
    for k in _RANKS:
        figures[f"hit@{k}"] = _share([p is not None and p < k for p in positions])
    figures["mrr@10"] = _share([1 / (p + 1) if p is not None and p < 10 else 0 for p in positions])
    right = np.array([each.position == 0 for each in outcomes], dtype=bool)
    confidence = np.array([each.confidence for each in outcomes], dtype=np.float64)
    figures["auroc"] = auroc(confidence, right)
    for precision in _PRECISIONS:
        safe = correct_at(confidence, right, precision)
        figures[f"correct@{round(precision * 100)}"] = safe / max(1, len(positions))
    return figures | _decided(outcomes)


def _decided(outcomes: Sequence[Outcome]) -> dict[str, float | int]:
    inside = [each for each in outcomes if each.in_scope]
    outside = [each for each in outcomes if not each.in_scope]
    answers = [each for each in outcomes if each.decision == "answer"]
    counts = Counter(each.decision for each in outcomes)
    return {
        "answered": _share([each.decision == "answer" for each in outcomes]),
        "suggested": _share([each.decision == "suggest" for each in outcomes]),
        "wrong_of_answered": _share([each.position != 0 for each in answers]),
        "answered_right": _share([_is_right_answer(each) for each in inside]),
        "answered_or_offered": _share(
            [_is_right_answer(each) or _is_right_offer(each) for each in inside]
        ),
        "out_of_scope_answered": _share([each.decision == "answer" for each in outside]),
        "out_of_scope_refused": _share([each.decision == "no_answer" for each in outside]),
        **{f"decided_{kind}": counts[kind] for kind in ("answer", "suggest", "no_answer")},
    }


def _is_right_answer(each: Outcome) -> bool:
    return each.decision == "answer" and each.position == 0


def _is_right_offer(each: Outcome) -> bool:
    position = each.position
    return each.decision == "suggest" and position is not None and position < each.offered


def auroc(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """How often a right first candidate is surer than a wrong one; 0.5 when it cannot be told."""
    count = int(right.sum())
    if count in (0, len(right)):
        return 0.5
    values, inverse, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    wrong = len(right) - count
    return float((ranks[right].sum() - count * (count + 1) / 2) / (count * wrong))


def correct_at(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], precision: float
) -> float:
    """Right answers at the lowest threshold whose answers are right at least this often."""
    if not len(right):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    correct = np.cumsum(right[order])
    # A threshold cannot stand between equal confidences.
    ends = np.append(confidence[order][1:] != confidence[order][:-1], True)
    fine = (correct / answered >= precision) & (answered >= _FEWEST_ANSWERS) & ends
    last = np.flatnonzero(fine)
    return float(correct[last[-1]]) if len(last) else 0.0


def _share(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0
