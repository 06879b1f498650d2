"""From scores to probabilities, calibrated on the FAQ itself and on judged answers.

Each phrasing is asked twice: held out, when its entry should be found, and held out with its whole
entry, when nothing right is left to find. Logistic models (Platt, 1999) learn from that how likely
the first candidate is right, and how likely the right one is among the first three. Answers to
customers that were judged count beside them, the FAQ as much as `_FAQ_COUNTS_AS` of those.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
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
# The same for the level: the logit is moved and stretched so far.
_LEVEL_FREEDOM = np.array([1.5, 0.5])
_IDENTITY = np.array([0.0, 1.0])
# To tell right from wrong, questions that have an answer and questions that have none count alike;
# how sure that makes follows from the share of the latter in ordinary traffic.
_EVENLY = 0.5
_UNANSWERABLE = 0.06
# Phrasings of one FAQ resemble each other more than customers' words do, so what they say of all
# answers together is not enough: no single answer may be likelier to be wrong than accepted by more
# than this factor.
_WORST_OF_ONE = 3.5
# With fewer held-out questions a threshold cannot be told from luck.
_FEWEST = 30
_SAFE = 0.9
_FAQ_COUNTS_AS = 200.0
# Where labels tell what customers ask, the FAQ's own questions hardly count for the threshold.
_FAQ_IN_TRAFFIC = 0.1


@dataclass(frozen=True, slots=True)
class Examples:
    """Questions whose answer is known: what was seen (n, FEATURES), and whether the first, or one
    of the first CHOICES, was right."""

    features: Array
    top_right: Flags
    choices_right: Flags

    def __len__(self) -> int:
        return len(self.top_right)

    def and_also(self, other: Examples) -> Examples:
        return Examples(
            np.concatenate([self.features, other.features]),
            np.concatenate([self.top_right, other.top_right]),
            np.concatenate([self.choices_right, other.choices_right]),
        )


@dataclass(frozen=True, slots=True)
class Taught:
    """What the FAQ teaches about itself: its phrasings held out alone, and with their entry."""

    answerable: Examples
    unanswerable: Examples

    @property
    def examples(self) -> Examples:
        return self.answerable.and_also(self.unanswerable)

    def weights(self, unanswerable: float) -> Array:
        """One an example, so that those without an answer weigh this share of all."""
        own, other = len(self.answerable), len(self.unanswerable)
        each = unanswerable / (1.0 - unanswerable) * max(1, own) / max(1, other)
        return np.concatenate([np.ones(own), np.full(other, each)])


@dataclass(frozen=True, slots=True)
class Confidence:
    """Two calibrated models and the threshold that keeps wrong answers as rare as asked for.

    `top` and `choices` are logistic weights, the constant first. `labels` is the number of judged
    answers they were learned from.
    """

    top: Array
    choices: Array
    threshold: float
    labels: int = 0

    def is_as(self, other: Confidence) -> bool:
        """Makes the same of the same features."""
        models = (self.top, other.top), (self.choices, other.choices)
        return self.threshold == other.threshold and all(
            np.array_equal(one, two) for one, two in models
        )

    def of_top(self, features: Array) -> Array:
        probability: Array = expit(_with_constant(features) @ self.top)
        return probability

    def of_choices(self, features: Array) -> Array:
        probability: Array = expit(_with_constant(features) @ self.choices)
        return np.maximum(probability, self.of_top(features))


def fit_confidence(taught: Taught, max_wrong: float) -> Confidence:
    """`max_wrong` is the share of wrong answers among all answers that the lead accepts."""
    if int(taught.answerable.top_right.sum()) < _FEWEST:
        cautious = max(0.5, 1.0 - 2.0 * max_wrong)
        return Confidence(_PRIOR_TOP, _PRIOR_CHOICES, cautious)
    examples = taught.examples
    found = Confidence(
        _told_apart(taught, examples.top_right, _PRIOR_TOP),
        _told_apart(taught, examples.choices_right, _PRIOR_CHOICES),
        threshold=1.0,
    )
    given, ordinary = found.of_top(examples.features), taught.weights(_UNANSWERABLE)
    least = 1.0 - _WORST_OF_ONE * max_wrong
    threshold = max(_threshold(given, examples.top_right, ordinary, max_wrong), least)
    return replace(found, threshold=threshold)


def _told_apart(taught: Taught, right: Flags, prior: Array) -> Array:
    """Weights that tell right from wrong, at the level of ordinary traffic."""
    examples = taught.examples
    weights = _fit(examples, taught.weights(_EVENLY), right, prior)
    logits = _with_constant(examples.features) @ weights
    rows = np.column_stack([np.ones(len(logits)), logits])
    move, stretch = _logistic(rows, taught.weights(_UNANSWERABLE), right, _IDENTITY, _LEVEL_FREEDOM)
    told: Array = stretch * weights
    told[0] += move
    return told


def with_labels(
    taught: Taught, labels: Examples, before: Confidence, max_wrong: float
) -> Confidence:
    """What the FAQ and judged answers to customers' questions teach together; `before` is what the
    FAQ taught alone, and stays in force with too few labels to tell anything."""
    if len(labels) < _FEWEST:
        return before
    own = taught.weights(_EVENLY)
    own = own * min(1.0, _FAQ_COUNTS_AS / max(1.0, float(own.sum())))
    examples = taught.examples.and_also(labels)
    weights = np.concatenate([own, np.ones(len(labels))])
    top = _fit(examples, weights, examples.top_right, _PRIOR_TOP)
    choices = _fit(examples, weights, examples.choices_right, _PRIOR_CHOICES)
    found = Confidence(top, choices, threshold=1.0, labels=len(labels))
    given = found.of_top(examples.features)
    traffic = np.concatenate([own * _FAQ_IN_TRAFFIC, np.ones(len(labels))])
    return replace(found, threshold=_expected_threshold(given, traffic, max_wrong))


def _threshold(probability: Array, right: Flags, weights: Array, max_wrong: float) -> float:
    """The lowest at which, of all held-out questions answered, at most `max_wrong` are wrong.

    One wrong answer more than was seen is assumed, so that few examples make it cautious.
    """
    order = np.argsort(-probability, kind="stable")
    wrong = np.cumsum(np.where(right[order], 0.0, weights[order])) + 1.0
    fine = np.flatnonzero(wrong / np.cumsum(weights[order]) <= max_wrong)
    return float(probability[order[fine[-1]]]) if len(fine) else max(_SAFE, 1.0 - max_wrong)


def _expected_threshold(probability: Array, weights: Array, max_wrong: float) -> float:
    """The lowest at which the probabilities themselves expect at most `max_wrong`: far steadier
    with few labels than counting the few of them that were wrong."""
    order = np.argsort(-probability, kind="stable")
    wrong = np.cumsum((1.0 - probability[order]) * weights[order])
    fine = np.flatnonzero(wrong / np.cumsum(weights[order]) <= max_wrong)
    return float(probability[order[fine[-1]]]) if len(fine) else max(_SAFE, 1.0 - max_wrong)


def _fit(examples: Examples, weights: Array, right: Flags, prior: Array) -> Array:
    return _logistic(_with_constant(examples.features), weights, right, prior, _FREEDOM)


def _logistic(rows: Array, weights: Array, right: Flags, prior: Array, freedom: Array) -> Array:
    """Maximum a posteriori logistic regression with a normal prior."""
    # Who only answers needs none of it, and would wait a fifth of a second longer at every start.
    from scipy.optimize import minimize

    target = right.astype(np.float64)

    def loss(beta: Array) -> tuple[float, Array]:
        logits = rows @ beta
        drift = (beta - prior) / freedom
        each = weights * (np.logaddexp(0.0, logits) - target * logits)
        slope = rows.T @ (weights * (expit(logits) - target))
        return float(each.sum() + 0.5 * (drift**2).sum()), slope + drift / freedom

    found: Array = minimize(loss, prior, jac=True, method="L-BFGS-B").x
    return found


def _with_constant(features: Array) -> Array:
    return np.column_stack([np.ones(len(features)), features])
