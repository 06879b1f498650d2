"""Where a retrieval run can be believed and where it fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faq_index.metrics import Outcome

_BINS = 10
# With fewer answered questions a share of wrong ones is noise.
_FEWEST_ANSWERS = 10
_MOST_POINTS = 200


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions whose confidence is at least `least` and below `most` (1 belongs to the last): how
    sure Kotae was of the first candidate on average, and how often it was right; n may be 0."""

    least: float
    most: float
    questions: int
    said: float
    right: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """So many questions that `meant` answers found `found` first; `answered` of them were answered
    with it without asking back."""

    meant: str
    found: str
    questions: int
    answered: int


@dataclass(frozen=True, slots=True)
class RiskAt:
    """Answering whatever is at least this sure: the share of questions answered (coverage), and of
    these the share answered wrongly (risk)."""

    threshold: float
    coverage: float
    risk: float


def reliability(outcomes: Sequence[Outcome]) -> list[Bin]:
    """Ten bins of equal width, by the confidence in the first candidate (a reliability diagram as
    numbers; DeGroot and Fienberg, 1983)."""
    confidence, right = _arrays(outcomes)
    places = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    bins = []
    for place in range(_BINS):
        own = places == place
        count = int(own.sum())
        said, was = (float(each[own].mean()) if count else 0.0 for each in (confidence, right))
        bins.append(Bin(place / _BINS, (place + 1) / _BINS, count, said, was))
    return bins


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: how far what is said is from what is, by questions."""
    total = sum(each.questions for each in bins) or 1
    return sum(each.questions * abs(each.said - each.right) for each in bins) / total


def confusions(outcomes: Sequence[Outcome], most: int = 10) -> list[Confusion]:
    """The pairs of entries that are taken for one another, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    answered: Counter[tuple[str, str]] = Counter()
    for each in outcomes:
        if each.in_scope and each.found and each.position != 0:
            pair = (min(each.relevant), each.found[0])
            counts[pair] += 1
            answered[pair] += each.decision == "answer"
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
    return [Confusion(*pair, count, answered[pair]) for pair, count in ranked]


def risk_coverage(outcomes: Sequence[Outcome]) -> list[RiskAt]:
    """The risk-coverage curve (El-Yaniv and Wiener, 2010), from the surest question on."""
    confidence, right = _arrays(outcomes)
    order = np.argsort(-confidence, kind="stable")
    sure = confidence[order]
    answered = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~right[order])
    # A threshold cannot stand between equal confidences.
    ends = np.append(sure[1:] != sure[:-1], True)[: len(order)]
    kept = [int(end) for end in np.flatnonzero(ends) if answered[end] >= _FEWEST_ANSWERS]
    step = -(-len(kept) // _MOST_POINTS) or 1
    return [
        RiskAt(float(sure[i]), answered[i] / len(order), wrong[i] / answered[i])
        for i in sorted({*kept[::step], *kept[-1:]})
    ]


def _arrays(outcomes: Sequence[Outcome]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    confidence = np.array([each.confidence for each in outcomes], dtype=np.float64)
    right = np.array([each.position == 0 for each in outcomes], dtype=bool)
    return confidence, right
