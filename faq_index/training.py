"""What one language's FAQ teaches: how texts are compared, weights of the signals, confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from faq_index.analysis import Analyzer
from faq_index.blend import Blend, Shares, shares_to_try
from faq_index.classifier import Kernel, held_out_scores
from faq_index.confidence import Confidence, Taught, fit_confidence
from faq_index.encoder import Encoded, Matrix, Rehearsal, Tokens, View
from faq_index.features import examples
from faq_index.fusion import Weights, fit_weights
from faq_index.phrasings import Phrasings, Texts
from faq_index.readings import Reading, readings
from faq_index.signals import Look, Matchers, Rows

# At most this many phrasings are held out to learn weights and confidence.
MAX_HELD_OUT = 1000
# Ways to compare texts are tried on at most this many.
_MAX_COMPARED = 600
# So many phrasings more are looked for when some are held out, two thirds at the most.
_MORE = 128
# By how much (log likelihood of all held-out phrasings) another way must beat the usual one.
_CLEARLY_BETTER = 2.0
_SCALES = (6.0, 8.0, 10.0, 12.0, 16.0)
# The lexical part of the kernel: the usual first.
_SPACED = (Kernel(0.0, 0.12), Kernel(0.0, 0.06), Kernel(0.0, 0.25), Kernel(0.12, 0.12))
_UNSPACED = (Kernel(0.2, 0.3), Kernel(0.1, 0.15), Kernel(0.3, 0.45))
# With an encoder that may not know the language words and letters must carry the meaning.
_LETTERS_FIRST = Kernel(0.5, 0.7, dense=0.3)


@dataclass(frozen=True, slots=True)
class Model:
    """How alike two texts are, how much each signal counts, what the FAQ teaches of itself, and how
    sure that makes."""

    kernel: Kernel
    weights: Weights
    taught: Taught
    confidence: Confidence
    # Phrasings and answers that came, went or changed since all this was learned.
    changes: int = 0


def retrain(
    phrasings: Phrasings,
    encoded: Encoded,
    passages: Matrix,
    before: tuple[Matchers, Model],
    changes: int,
    max_wrong: float,
) -> tuple[Matchers, Model]:
    """As `train`, with all that was learned `before` of an FAQ that differs by `changes`."""
    matchers, model = before
    now = matchers.grown(phrasings, encoded, passages)
    return now, replace(calibrated(model, max_wrong), changes=model.changes + changes)


def calibrated(model: Model, max_wrong: float) -> Model:
    """With the threshold that keeps so large a share of wrong answers."""
    return replace(model, confidence=fit_confidence(model.taught, max_wrong))


def train(
    phrasings: Phrasings,
    encoded: Encoded,
    passages: Matrix,
    analyzer: Analyzer,
    views: tuple[View, ...],
    max_wrong: float,
    rehearsals: Sequence[tuple[Rehearsal, Rehearsal]] = (),
) -> tuple[Matchers, Model]:
    """The searchable phrasings and what they teach.

    `encoded` holds all phrasings, `passages` (entries, encoder's dim) questions with their answers;
    `rehearsals` how a tuned encoder reads both when it was not taught all of them.
    """
    texts = Texts.over(phrasings, analyzer)
    found = readings(encoded.vectors, passages, phrasings.owners, views, rehearsals)
    shares, kernel = _compare(phrasings, found, texts, analyzer, views)
    blend = Blend.over(encoded.vectors, views, shares)
    matchers = Matchers.over(phrasings, encoded, passages, blend, texts)
    held_out = hold_out(matchers, kernel, encoded.tokens, found)
    weights = fit_weights(held_out.alone, held_out.owners)
    taught = Taught(
        examples(held_out.alone, weights, held_out.owners),
        examples(held_out.with_entry, weights, [-1] * len(held_out.with_entry)),
    )
    return matchers, Model(kernel, weights, taught, fit_confidence(taught, max_wrong))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Phrasings asked as if they were not in the FAQ (`alone`, with their `owners`: those whose
    entry can still be found by its others), and as if their entry were not."""

    alone: Sequence[Look]
    owners: Sequence[int]
    with_entry: Sequence[Look]


def hold_out(
    matchers: Matchers,
    kernel: Kernel,
    tokens: Sequence[Tokens] | None,
    found: Sequence[Reading],
) -> HeldOut:
    """A phrasing is held out together with those of the same turn of all other entries: if only its
    own entry lost one, the others would be at an advantage that they do not have with customers."""
    phrasings = matchers.phrasings
    asked = spread(phrasings.owners, MAX_HELD_OUT)
    findable = set(asked[_findable(phrasings, asked)])
    # Names are a turn of their own.
    turns = np.where(phrasings.named, -1, turns_of(phrasings.owners))
    alone: list[Look] = []
    owners: list[int] = []
    with_entry: list[Look] = []
    for reading in found:
        read = _read_as(matchers, reading)
        for row in asked[reading.alone[asked] | reading.with_entry[asked]]:
            owner = int(phrasings.owners[row])
            own = tokens[row] if tokens else None
            question = read.question(phrasings.texts[row], read.dense.vectors[row], own)
            if row in findable and reading.alone[row]:
                alone += read.look([question], kernel, turns == turns[row], _MORE)
                owners.append(owner)
            if phrasings.entries > 1 and reading.with_entry[row]:
                hidden = phrasings.owners == owner
                with_entry += read.look([question], kernel, hidden, int(hidden.sum()))
    return HeldOut(alone, owners, with_entry)


def _read_as(matchers: Matchers, reading: Reading) -> Matchers:
    if reading.alone.all() and reading.with_entry.all():
        return matchers
    blend = Blend.over(reading.vectors, matchers.blend.views, matchers.blend.shares)
    return matchers.read_as(reading.vectors, reading.passages, blend)


def _findable(phrasings: Phrasings, asked: Rows) -> NDArray[np.bool_]:
    """An entry's first question also stands in its passage, so it cannot be held out there."""
    owners = phrasings.owners[asked]
    has_others = np.bincount(phrasings.owners)[owners] > 1
    is_first = np.diff(phrasings.owners, prepend=-1)[asked] != 0
    has_passage = np.array([bool(answer.strip()) for answer in phrasings.answers])[owners]
    findable: NDArray[np.bool_] = has_others & ~(is_first & has_passage)
    return findable


def spread(owners: Rows, limit: int) -> Rows:
    """At most `limit` rows: the first of each entry, then the second of each, and so on."""
    return np.sort(np.argsort(turns_of(owners), kind="stable")[:limit])


def turns_of(owners: Rows) -> Rows:
    """Of each row, how many rows of its entry stand before it."""
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    turns: Rows = np.arange(len(owners)) - np.repeat(
        starts, np.diff(np.append(starts, len(owners)))
    )
    return turns


def _compare(
    phrasings: Phrasings,
    found: Sequence[Reading],
    texts: Texts,
    analyzer: Analyzer,
    views: tuple[View, ...],
) -> tuple[Shares, Kernel]:
    """The ways in which held-out phrasings find their entry best, the usual ones first."""
    rows = spread(phrasings.owners, _MAX_COMPARED)
    counts = np.bincount(phrasings.owners[rows])
    # What an entry is called is a name and no question, and says less of how to compare these.
    is_judged = ~phrasings.named[rows] & (counts[phrasings.owners[rows]] > 1)
    all_shares, kernels = shares_to_try(views), _kernels(analyzer, views)
    shares, kernel = all_shares[0], kernels[0]
    if not is_judged.any():
        return shares, kernel
    owners = np.unique(phrasings.owners[rows], return_inverse=True)[1]
    lexical = texts.words.between(rows), texts.characters.between(rows)
    dense = [
        (
            np.stack(_cosines(each.vectors[rows], views)),
            np.flatnonzero(is_judged & each.alone[rows]),
        )
        for each in found
    ]
    trials = [(each, kernel) for each in all_shares]
    likely = [_likelihood(dense, lexical, owners, *trial) for trial in trials]
    shares = trials[_best(likely)][0]
    trials = [(shares, each) for each in kernels]
    likely = [_likelihood(dense, lexical, owners, *trial) for trial in trials]
    return trials[_best(likely)]


def _kernels(analyzer: Analyzer, views: tuple[View, ...]) -> tuple[Kernel, ...]:
    if analyzer.is_spaced:
        return _SPACED
    known = any(view.name == "multilingual" for view in views)
    return _UNSPACED if known else (_LETTERS_FIRST, *_UNSPACED)


def _cosines(vectors: Matrix, views: tuple[View, ...]) -> list[Matrix]:
    """Of the rows with each other, one array for each view."""
    lone = [Blend.over(part, (view,), (1.0,)).apply(part) for part, view in _parts(vectors, views)]
    return [part @ part.T for part in lone]


def _parts(vectors: Matrix, views: tuple[View, ...]) -> list[tuple[Matrix, View]]:
    ends = np.cumsum([view.dim for view in views])[:-1]
    return list(zip(np.split(vectors, ends, axis=1), views, strict=True))


def _likelihood(
    dense: Sequence[tuple[Matrix, Rows]],
    lexical: tuple[Matrix, Matrix],
    owners: Rows,
    shares: Shares,
    kernel: Kernel,
) -> float:
    """How likely the held-out phrasings make their own entries, at the best of several scales.

    `dense` has for each reading the cosines of each view and the rows to be judged by them.
    """
    sums = np.zeros(len(_SCALES))
    for cosines, judged in dense:
        blended = np.tensordot(np.array(shares, np.float32), cosines, 1)
        scores = held_out_scores(kernel.of(blended, *lexical).astype(np.float64), owners)[judged]
        own = (np.arange(len(judged)), owners[judged])
        sums += [float(log_softmax(scale * scores, axis=1)[own].sum()) for scale in _SCALES]
    return float(sums.max())


def _best(likely: Sequence[float]) -> int:
    """The first, unless another one is clearly better."""
    best = int(np.argmax(likely))
    return best if likely[best] > likely[0] + _CLEARLY_BETTER else 0
