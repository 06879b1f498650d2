"""How often answers are wrong, as labels show it, and what may be promised on so many of them.

Bounds are exact: Clopper and Pearson (1934), "The use of confidence or fiducial limits illustrated
in the case of the binomial". The threshold under a promise is found by fixed-sequence testing with
binomial tails: Angelopoulos, Bates, Candès, Jordan and Lei (2021), "Learn then Test: Calibrating
predictive algorithms to achieve risk control".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc, betaincinv

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

CONFIDENCE = 0.95
# The thresholds that are tested, in this order; they must not depend on the labels.
_SEQUENCE = np.round(np.arange(0.99, 0.0, -0.01), 2)


def upper_bound(wrong: int, answers: int, confidence: float = CONFIDENCE) -> float:
    """What the true share of wrong answers is below, at this confidence; 1 for no answers."""
    if wrong >= answers:
        return 1.0
    return float(betaincinv(wrong + 1, answers - wrong, confidence))


def least_answers(max_wrong: float, confidence: float = CONFIDENCE) -> int:
    """With fewer judged answers not even a spotless record shows that `max_wrong` is kept."""
    return math.ceil(math.log(1.0 - confidence) / math.log(1.0 - max_wrong))


def contradicts(wrong: int, answers: int, max_wrong: float, confidence: float = CONFIDENCE) -> bool:
    """So many wrong answers would be this rare if at most `max_wrong` were wrong (one-sided)."""
    return wrong > 0 and bool(bdtrc(wrong - 1, answers, max_wrong) < 1.0 - confidence)


def risk_controlled_threshold(
    p: Array, right: Flags, max_wrong: float, confidence: float = CONFIDENCE
) -> float | None:
    """The lowest threshold at which, at this confidence, at most `max_wrong` of the answers given
    are wrong, for questions like these; None when there is none.

    Thresholds are tested from the highest down to the first that fails, each by a binomial tail,
    so that the chance of a wrong choice stays below 1 - `confidence` however many are tested.
    Those with too few answers to tell anything are no part of the sequence.
    """
    found = None
    for threshold in _SEQUENCE:
        given = p >= threshold
        answers, wrong = int(given.sum()), int((given & ~right).sum())
        if answers < least_answers(max_wrong, confidence):
            continue
        if bdtr(wrong, answers, max_wrong) > 1.0 - confidence:
            break
        found = float(threshold)
    return found


@dataclass(frozen=True, slots=True)
class Promise:
    """What labels say of the answers given in one language.

    labels: those that tell whether the first candidate was right; of them `answers` are questions
    that Kotae answers by itself, `wrong` of these wrongly. `recent_answers` and `recent_wrong` are
    those of the newest labels, judged by what was known before them. `sure_from` is the threshold
    from which `max_wrong` would be kept at this confidence; None when no threshold shows it.
    """

    language: str
    max_wrong: float
    threshold: float
    labels: int
    answers: int
    wrong: int
    newest: date | None = None
    recent_answers: int = 0
    recent_wrong: int = 0
    sure_from: float | None = None
    confidence: float = CONFIDENCE

    @property
    def needed(self) -> int:
        return least_answers(self.max_wrong, self.confidence)

    @property
    def rate(self) -> float | None:
        return self.wrong / self.answers if self.bound is not None else None

    @property
    def bound(self) -> float | None:
        """At most so many answers are wrong; None: too few labels for a promise."""
        if self.answers < self.needed:
            return None
        return upper_bound(self.wrong, self.answers, self.confidence)

    @property
    def kept(self) -> bool:
        """Whether the labels show that no more than the accepted share is wrong."""
        return self.bound is not None and self.bound <= self.max_wrong

    @property
    def contradicted(self) -> bool:
        return contradicts(self.recent_wrong, self.recent_answers, self.max_wrong, self.confidence)

    def as_json(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "max_wrong": self.max_wrong,
            "confidence": self.confidence,
            "threshold": round(self.threshold, 4),
            "labels": self.labels,
            "answers": self.answers,
            "needed": self.needed,
            "wrong": self.wrong,
            "rate": self.rate,
            "bound": self.bound,
            "kept": self.kept,
            "newest": self.newest and self.newest.isoformat(),
            "recent_answers": self.recent_answers,
            "recent_wrong": self.recent_wrong,
            "contradicted": self.contradicted,
            "sure_from": self.sure_from,
        }
