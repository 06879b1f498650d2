"""One score from several signals, its weights learned from held-out phrasings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from faq_index.signals import Table

Weights = NDArray[np.float64]
# How far the weights may go from the prior before data must speak for it (a standard deviation).
_FREEDOM = 0.5
# A weight never falls below this share of its prior: customers misspell, authors of FAQs do not.
_LEAST = 0.5


def fit_weights(table: Table, truth: NDArray[np.intp], prior: Weights) -> Weights:
    """Maximum a posteriori weights of a conditional logit model.

    `table` is (queries, entries, signals), `truth` the right entry of each query. The prior is
    normal around `prior`, its deviation in proportion, so with no queries it is returned.
    """
    if not len(truth):
        return prior
    spread = _FREEDOM * np.maximum(prior, 1.0)
    rows = np.arange(len(truth))
    chosen = table[rows, truth].astype(np.float64)

    def loss(weights: Weights) -> tuple[float, Weights]:
        scores = table @ weights
        drift = (weights - prior) / spread
        value = -log_softmax(scores, axis=1)[rows, truth].sum() + 0.5 * (drift**2).sum()
        expected = np.einsum("qe,qes->s", softmax(scores, axis=1), table)
        return float(value), expected - chosen.sum(axis=0) + drift / spread

    found = minimize(
        loss, prior, jac=True, method="L-BFGS-B", bounds=[(least, None) for least in _LEAST * prior]
    )
    weights: Weights = found.x
    return weights


def log_likelihood(table: Table, truth: NDArray[np.intp], weights: Weights) -> float:
    """Of the right entries, by the model of `fit_weights`; 0 with no queries."""
    if not len(truth):
        return 0.0
    chosen = log_softmax(table @ weights, axis=1)[np.arange(len(truth)), truth]
    return float(chosen.sum())
