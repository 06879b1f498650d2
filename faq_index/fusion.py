"""One score from several signals, its weights learned from held-out phrasings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from faq_index.signals import NAMES, Look

Weights = NDArray[np.float64]
# What holds for FAQs in general, in the order of signals.NAMES: after what the demo shop teaches in
# both languages (`python -m tests.benchmarks.priors` prints it), less extreme, since in many FAQs
# answers tell less than in that one.
PRIOR: Weights = np.array([10.0, 1.5, 0.5, 0.5, 5.0, 3.5, 5.0])
# How far one FAQ's phrasings may move each weight (a standard deviation, as a share of it): they
# were written by few people, and customers word things more freely.
_FREEDOM = 0.5


def fit_weights(
    looks: Sequence[Look],
    truth: Sequence[int],
    prior: Weights = PRIOR,
    freedom: float = _FREEDOM,
) -> Weights:
    """Maximum a posteriori weights of a conditional logit model (McFadden, 1974).

    `truth` is the right entry of each; those that do not have it among their entries say nothing.
    The prior is normal around `prior` with a deviation of `freedom` times it, so with nothing to
    learn from it is returned.
    """
    told = [
        (look, entry) for look, entry in zip(looks, truth, strict=True) if entry in look.entries
    ]
    if not told:
        return prior
    # Who only answers needs none of it, and would wait a fifth of a second longer at every start.
    from scipy.optimize import minimize

    widest = max(len(look.entries) for look, _ in told)
    table = np.zeros((len(told), widest, len(NAMES)))
    missing = np.ones((len(told), widest), dtype=bool)
    right = np.empty(len(told), dtype=np.intp)
    for place, (look, entry) in enumerate(told):
        table[place, : len(look.entries)] = look.table
        missing[place, : len(look.entries)] = False
        right[place] = np.flatnonzero(look.entries == entry)[0]
    rows, spread = np.arange(len(told)), freedom * prior
    chosen = table[rows, right].sum(axis=0)

    def loss(weights: Weights) -> tuple[float, Weights]:
        likely = log_softmax(np.where(missing, -np.inf, table @ weights), axis=1)
        drift = (weights - prior) / spread
        expected = np.einsum("qe,qes->s", np.exp(likely), table)
        value = -likely[rows, right].sum() + 0.5 * (drift**2).sum()
        return float(value), expected - chosen + drift / spread

    found: Weights = minimize(
        loss, prior, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(prior)
    ).x
    return found
