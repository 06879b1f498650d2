"""From scores to probabilities, calibrated on the FAQ itself.

Each phrasing is asked twice: held out alone, when its entry should be found, and held out with
its whole entry, when nothing right is left to find. Two logistic models learn from that how
likely the first candidate is right, and how likely the right one is among the first three.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
# How many choices a customer is offered at most.
CHOICES = 3
# What holds for FAQs in general, in the order of features.FEATURES with the constant first.
_PRIOR_TOP = np.array([-4.5, 2.0, 3.0, 0.5, 0.5, 1.0, 0.0, 1.5, 2.5, 2.5, 1.0])
_PRIOR_CHOICES = np.array([-3.0, 2.5, 3.0, 0.5, 0.5, 1.0, 0.0, 2.0, 1.0, 1.0, 1.0])
# How far the FAQ's own examples may move each of them (a standard deviation).
_FREEDOM = np.array([3.0, *[2.0] * 10])
# With fewer held-out questions a threshold cannot be told from luck.
_FEWEST = 30
_SAFE = 0.9


@dataclass(frozen=True, slots=True)
class Examples:
    """Held-out questions: what was seen, and whether the first, or one of the first, was right."""

    features: Array
    top_right: Flags
    choices_right: Flags
    weights: Array

    def weighing(self, share: float, of: int) -> Examples:
        """The same, weighing together as `share` to the rest when `of` others are the rest."""
        each = share / (1.0 - share) * of / max(1, len(self.weights))
        return replace(self, weights=np.full(len(self.weights), each))

    def and_also(self, other: Examples) -> Examples:
        return Examples(
            np.concatenate([self.features, other.features]),
            np.concatenate([self.top_right, other.top_right]),
            np.concatenate([self.choices_right, other.choices_right]),
            np.concatenate([self.weights, other.weights]),
        )


@dataclass(frozen=True, slots=True)
class Confidence:
    """Two calibrated models and the threshold that keeps wrong answers as rare as asked for."""

    top: Array
    choices: Array
    threshold: float
    examples: int
    wrong: float

    def of_top(self, features: Array) -> Array:
        return _probability(features, self.top)

    def of_choices(self, features: Array) -> Array:
        return np.maximum(_probability(features, self.choices), self.of_top(features))


def fit_confidence(examples: Examples, max_wrong: float) -> Confidence:
    """`max_wrong` is the share of wrong answers among all answers that the lead accepts."""
    if int(examples.top_right.sum()) < _FEWEST:
        return Confidence(_PRIOR_TOP, _PRIOR_CHOICES, max(0.5, 1.0 - 2.0 * max_wrong), 0, max_wrong)
    top = _fit(examples, examples.top_right, _PRIOR_TOP)
    choices = _fit(examples, examples.choices_right, _PRIOR_CHOICES)
    given = _probability(examples.features, top)
    threshold = _threshold(given, examples, max_wrong)
    answered = given >= threshold
    wrong = _share(~examples.top_right[answered], examples.weights[answered])
    return Confidence(top, choices, threshold, len(given), wrong)


def _threshold(probability: Array, examples: Examples, max_wrong: float) -> float:
    """The lowest at which, of all held-out questions answered, at most `max_wrong` are wrong.

    One wrong answer more than was seen is assumed, so that few examples make it cautious.
    """
    order = np.argsort(-probability, kind="stable")
    weights = examples.weights[order]
    wrong = np.cumsum(np.where(examples.top_right[order], 0.0, weights)) + 1.0
    fine = np.flatnonzero(wrong / np.cumsum(weights) <= max_wrong)
    return float(probability[order[fine[-1]]]) if len(fine) else max(_SAFE, 1.0 - max_wrong)


def _share(chosen: Flags, weights: Array) -> float:
    return float(np.average(chosen, weights=weights)) if len(chosen) else 0.0


def _fit(examples: Examples, right: Flags, prior: Array) -> Array:
    """Maximum a posteriori logistic regression."""
    rows = _with_constant(examples.features)
    target = right.astype(np.float64)

    def loss(weights: Array) -> tuple[float, Array]:
        logit = rows @ weights
        drift = (weights - prior) / _FREEDOM
        each = examples.weights * (np.logaddexp(0.0, logit) - target * logit)
        slope = rows.T @ (examples.weights * (expit(logit) - target))
        return float(each.sum() + 0.5 * (drift**2).sum()), slope + drift / _FREEDOM

    found: Array = minimize(loss, prior, jac=True, method="L-BFGS-B").x
    return found


def _probability(features: Array, weights: Array) -> Array:
    probability: Array = expit(_with_constant(features) @ weights)
    return probability


def _with_constant(features: Array) -> Array:
    return np.column_stack([np.ones(len(features)), features])
