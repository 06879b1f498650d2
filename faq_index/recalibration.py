"""Probabilities corrected by labels, and the threshold that follows.

Few labels shift and stretch the log odds (Platt 1999; maximum a posteriori around no change, so
that a handful moves little). With many, an isotonic map (Zadrozny and Elkan 2002) takes the shape
they have; Niculescu-Mizil and Caruana (2005) found it the better one from about 1,000 on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit, logit

from faq_index.confidence import Array, Flags
from faq_index.partition import Found

_MANY = 1000
# How far labels are expected to move the log odds: a shift, and a factor by its logarithm.
_SHIFT, _STRETCH = 0.5, 0.25
# Of how many labels a step of the isotonic map counts what the logistic one says.
_TRUST = 10.0
_EDGE = 1e-4
# A threshold is moved by so many labels at least, and counts as so many labels what the corrected
# probabilities say: those come from the whole FAQ.
_FEWEST = 30
_BELIEF = 50.0
# Labels may be lucky: the threshold stays so many standard errors on the safe side.
_CAUTION = 0.5
_SAFE = 0.9


@dataclass(frozen=True, slots=True)
class Map:
    """A non-decreasing map from probability to probability: logistic, or through points given by
    their log odds (`xs`, increasing) and probabilities (`ys`)."""

    shift: float = 0.0
    stretch: float = 1.0
    xs: tuple[float, ...] = ()
    ys: tuple[float, ...] = ()

    def __call__(self, p: Array) -> Array:
        if self == Map():
            return p
        odds = _log_odds(p)
        if self.xs:
            return np.interp(odds, self.xs, self.ys)
        corrected: Array = expit(self.shift + self.stretch * odds)
        return corrected

    def of(self, p: float) -> float:
        return float(self(np.array([p]))[0])


@dataclass(frozen=True, slots=True)
class Correction:
    """What labels change in one language: its probabilities, and when Kotae answers by itself."""

    map: Map
    threshold: float

    def apply(self, found: Found) -> Found:
        """The first candidate gets its corrected probability. What is left goes to the others in
        the shares they had, none getting more than the first."""
        if not found.hits:
            return replace(found, threshold=self.threshold)
        before = found.hits[0].confidence
        top = self.map.of(before)
        left = (1.0 - top) / max(1.0 - before, _EDGE)
        others = (
            replace(hit, confidence=min(top, hit.confidence * left)) for hit in found.hits[1:]
        )
        return Found(
            (replace(found.hits[0], confidence=top), *others),
            min(1.0, top + max(0.0, found.choices - before) * left),
            self.threshold,
        )


def recalibrate(p: Array, right: Flags, worth: float = 1.0) -> Map:
    """The map that fits what was said (p) to how often it was right. No labels change nothing.

    Each label tells as much as `worth` independent ones.
    """
    fitted = _logistic(p, right, worth)
    return _isotonic(p, right, fitted) if worth * len(p) >= _MANY else fitted


def learn_correction(
    p: Array, right: Flags, threshold: float, max_wrong: float, worth: float = 1.0
) -> Correction:
    """From labels: p as the FAQ alone taught it, with the threshold that followed from it."""
    found = recalibrate(p, right, worth)
    before = found.of(threshold)
    return Correction(found, _threshold(found(p), right, before, max_wrong, worth))


def _threshold(p: Array, right: Flags, before: float, max_wrong: float, worth: float) -> float:
    """The lowest at which at most `max_wrong` of the answers are wrong, by the labels together
    with the probabilities themselves. `p` is corrected; so is `before`, which few labels keep."""
    if len(p) < _FEWEST:
        return before
    order = np.argsort(-p, kind="stable")
    sure, answers = p[order], np.arange(1, len(p) + 1)
    believed, known = np.cumsum(1.0 - sure) / answers, worth * answers + _BELIEF
    wrong = (worth * np.cumsum(~right[order]) + _BELIEF * believed) / known
    wrong += _CAUTION * np.sqrt(max_wrong * (1.0 - max_wrong) / known)
    ends = np.append(sure[1:] != sure[:-1], True)
    fine = np.flatnonzero((wrong <= max_wrong) & ends)
    if not len(fine):
        return max(before, _SAFE, 1.0 - max_wrong)
    last = int(fine[-1])
    return float((sure[last] + sure[last + 1]) / 2 if last + 1 < len(sure) else sure[last])


def _logistic(p: Array, right: Flags, worth: float) -> Map:
    odds, target = _log_odds(p), right.astype(np.float64)

    def loss(at: Array) -> tuple[float, Array]:
        shift, stretch = at[0], np.exp(at[1])
        found = shift + stretch * odds
        off = worth * (expit(found) - target)
        drift = at / np.array([_SHIFT, _STRETCH])
        each = worth * (np.logaddexp(0.0, found) - target * found)
        slope = np.array([off.sum(), (off * stretch * odds).sum()])
        return float(each.sum() + 0.5 * (drift**2).sum()), slope + drift / [_SHIFT, _STRETCH]

    if not len(p):
        return Map()
    at: Array = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B").x
    return Map(float(at[0]), float(np.exp(at[1])))


def _isotonic(p: Array, right: Flags, fitted: Map) -> Map:
    """Each step of the isotonic regression is a point at its middle."""
    order = np.argsort(p, kind="stable")
    odds, said = _log_odds(p[order]), fitted(p[order])
    steps = isotonic_regression(right[order].astype(np.float64))
    starts = steps.blocks[:-1]
    sizes = np.diff(steps.blocks)
    xs = np.add.reduceat(odds, starts) / sizes
    believed = np.add.reduceat(said, starts) / sizes
    seen = np.add.reduceat(right[order].astype(np.float64), starts)
    ys = np.maximum.accumulate((seen + _TRUST * believed) / (sizes + _TRUST))
    # Questions that got the same probability may stand in two steps.
    distinct = np.append(True, np.diff(xs) > 0)
    return replace(fitted, xs=tuple(xs[distinct].tolist()), ys=tuple(ys[distinct].tolist()))


def _log_odds(p: Array) -> Array:
    odds: Array = logit(np.clip(p, _EDGE, 1.0 - _EDGE))
    return odds
