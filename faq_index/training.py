"""What one language's FAQ teaches: classifier, weights of the signals, confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faq_index.analysis import Analyzer
from faq_index.blend import Blend, blends
from faq_index.confidence import Array, Confidence, Examples, Flags, fit_confidence
from faq_index.encoder import Matrix
from faq_index.features import examples, rank
from faq_index.fusion import Weights, fit_weights, log_likelihood
from faq_index.kernel import KernelRidge
from faq_index.lexical import Vocabulary
from faq_index.misspelling import misspell
from faq_index.priors import Prior, prior_for
from faq_index.signals import NAMES, Kernel, Matchers, Phrasings, Rows, Table, Vectors

# The classifier is fitted on at most this many phrasings: its cost grows with the cube.
MAX_ROWS = 3000
# At most this many phrasings are held out to learn weights and confidence.
MAX_HELD_OUT = 1500
# So many are misspelt to learn from.
_MAX_MISSPELT = 150
# Blends of encoders are compared on at most this many.
_MAX_COMPARED = 800
# The share of questions that no entry answers, in ordinary traffic.
_UNANSWERABLE = 0.25
# By how much (log likelihood of all held-out phrasings) another blend must beat the usual one.
_CLEARLY_BETTER = 2.0


@dataclass(frozen=True, slots=True)
class Model:
    """The classifier (rows, entries) over the phrasings `rows`, and what weighs the signals."""

    blend: Blend
    kernel: Kernel
    rows: Rows
    classifier: Table
    weights: Weights
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Phrasings asked as if they were not in the FAQ: tables (queries, entries, signals).

    `findable` are the queries whose entry can still be found, by its other phrasings.
    """

    owners: Rows
    alone: Table
    with_entry: Table
    known_alone: Array
    known_with_entry: Array
    findable: Rows
    misspelt: Table
    misspelt_owners: Rows

    def findings(self) -> tuple[Table, Rows]:
        """What can be found and what it is, as it is written and as it is misspelt."""
        rows = self.findable
        table = np.concatenate([self.alone[rows], self.misspelt])
        return table, np.concatenate([self.owners[rows], self.misspelt_owners])

    def log_likelihood(self, weights: Weights) -> float:
        return log_likelihood(*self.findings(), weights)


def train(
    phrasings: Phrasings,
    vectors: Vectors,
    analyzer: Analyzer,
    blocks: tuple[int, ...],
    max_wrong: float,
) -> tuple[Matchers, Model]:
    """The searchable phrasings and what they teach. `blocks` are the encoder's parts."""
    texts = Matchers.over(phrasings, vectors, analyzer)
    prior = prior_for(analyzer, blocks)
    blend = _choose_blend(texts, vectors, blends(blocks, prior.english), prior)
    learned = _Learned.by(texts, vectors, blend, prior, (MAX_ROWS, MAX_HELD_OUT))
    confidence = fit_confidence(_examples(learned.held_out, learned.weights), max_wrong)
    model = Model(
        blend, prior.kernel, learned.rows, learned.fit.weights, learned.weights, confidence
    )
    return learned.matchers, model


@dataclass(frozen=True, slots=True)
class _Learned:
    """The outcome of learning with one blend."""

    matchers: Matchers
    rows: Rows
    fit: KernelRidge
    held_out: HeldOut
    weights: Weights

    @classmethod
    def by(
        cls, texts: Matchers, vectors: Vectors, blend: Blend, prior: Prior, most: tuple[int, int]
    ) -> _Learned:
        """`most` are the largest numbers of rows to fit on and of rows to hold out."""
        matchers = texts.with_vectors(vectors, blend)
        phrasings, kernel = matchers.phrasings, prior.kernel
        rows = spread(phrasings.owners, most[0])
        among = kernel.of(matchers.among_phrasings(rows), rows)
        fit = KernelRidge(among, phrasings.owners[rows], phrasings.entries, kernel.penalty)
        chosen = spread(phrasings.owners[rows], most[1])
        misspelt = _misspelt(matchers, fit, rows, kernel, blend.apply(vectors.misspelt))
        held_out = _hold_out(matchers, fit, rows, chosen, misspelt)
        return cls(matchers, rows, fit, held_out, _weigh(held_out, prior))


def _choose_blend(
    texts: Matchers, vectors: Vectors, candidates: Sequence[Blend], prior: Prior
) -> Blend:
    """The one that finds held-out phrasings best, the first unless another is clearly better."""
    best, most = candidates[0], -np.inf
    for blend in candidates if len(candidates) > 1 else ():
        learned = _Learned.by(texts, vectors, blend, prior, (_MAX_COMPARED, _MAX_COMPARED))
        found = learned.held_out.log_likelihood(learned.weights)
        if found > most + _CLEARLY_BETTER:
            best, most = blend, found
    return best


def _weigh(held_out: HeldOut, prior: Prior) -> Weights:
    return fit_weights(*held_out.findings(), prior.weights)


def spread(owners: Rows, limit: int) -> Rows:
    """At most `limit` rows: the first of each entry, then the second of each, and so on."""
    turn = np.empty(len(owners), dtype=np.intp)
    for entry in np.unique(owners):
        rows = np.flatnonzero(owners == entry)
        turn[rows] = np.arange(len(rows))
    return np.sort(np.argsort(turn, kind="stable")[:limit])


def misspelt_rows(phrasings: Phrasings) -> Rows:
    """The phrasings that are misspelt to learn from."""
    findable = np.flatnonzero(_findable(phrasings, np.arange(len(phrasings.texts))))
    rows: Rows = findable[spread(phrasings.owners[findable], _MAX_MISSPELT)]
    return rows


def _misspelt(
    matchers: Matchers, fit: KernelRidge, rows: Rows, kernel: Kernel, vectors: Matrix
) -> tuple[Table, Rows]:
    """Signals of misspelt phrasings whose right form is held out, and their entries."""
    phrasings = matchers.phrasings
    asked = misspelt_rows(phrasings)
    used = np.flatnonzero(np.isin(asked, rows))
    asked = asked[used]
    if not len(asked):
        return np.zeros((0, phrasings.entries, len(NAMES)), dtype=np.float32), asked
    found = matchers.find([misspell(phrasings.texts[row]) for row in asked], vectors[used])
    scores = fit.without_row_for(kernel.of(found, rows), np.searchsorted(rows, asked))
    return matchers.table(found.without_own_row(asked), scores), phrasings.owners[asked]


def _hold_out(
    matchers: Matchers,
    fit: KernelRidge,
    rows: Rows,
    chosen: Rows,
    misspelt: tuple[Table, Rows],
) -> HeldOut:
    """`chosen` counts in `rows`, `rows` in all phrasings."""
    phrasings = matchers.phrasings
    asked = rows[chosen]
    found = matchers.among_phrasings(asked)
    terms = [frozenset(matchers.words.tokens(text)) for text in phrasings.texts]
    alone, with_entry = _known(terms, phrasings, asked, matchers.words.vocabulary)
    owners = phrasings.owners[asked]
    return HeldOut(
        owners,
        matchers.table(found.without_own_row(asked), fit.without_row()[chosen]),
        matchers.table(found, fit.without_entry()[chosen]),
        alone,
        with_entry,
        np.flatnonzero(_findable(phrasings, asked)),
        *misspelt,
    )


def _findable(phrasings: Phrasings, asked: Rows) -> Flags:
    """An entry's first question also stands in its passage, so it cannot be held out there."""
    owners = phrasings.owners[asked]
    has_others = np.bincount(phrasings.owners)[owners] > 1
    is_first = np.diff(phrasings.owners, prepend=-1)[asked] != 0
    has_passage = np.array([bool(answer.strip()) for answer in phrasings.answers])[owners]
    findable: Flags = has_others & ~(is_first & has_passage)
    return findable


def _known(
    terms: Sequence[frozenset[str]], phrasings: Phrasings, asked: Rows, vocabulary: Vocabulary
) -> tuple[Array, Array]:
    """The share of each asked phrasing's words that others use, and that other entries use."""
    total = Counter(term for each in terms for term in each)
    own: dict[int, Counter[str]] = {}
    for each, owner in zip(terms, phrasings.owners, strict=True):
        own.setdefault(int(owner), Counter()).update(each)
    alone, with_entry = [], []
    for row in asked:
        mine = own[int(phrasings.owners[row])]
        whole = vocabulary.total(terms[row]) or 1.0
        others = [term for term in terms[row] if total[term] > 1]
        elsewhere = [term for term in terms[row] if total[term] > mine[term]]
        alone.append(vocabulary.total(others) / whole)
        with_entry.append(vocabulary.total(elsewhere) / whole)
    return np.array(alone), np.array(with_entry)


def _examples(held_out: HeldOut, weights: Weights) -> Examples:
    everything = np.ones(held_out.alone.shape[1], dtype=bool)
    others = held_out.findable
    answerable = examples(
        held_out.alone[others],
        rank(held_out.alone[others], weights, everything[None, :]),
        held_out.known_alone[others],
        held_out.owners[others],
    )
    if len(everything) < 2:
        return answerable
    elsewhere = np.arange(len(everything))[None, :] != held_out.owners[:, None]
    unanswerable = examples(
        held_out.with_entry,
        rank(held_out.with_entry, weights, elsewhere),
        held_out.known_with_entry,
        np.full(len(held_out.owners), -1),
    )
    return answerable.and_also(unanswerable.weighing(_UNANSWERABLE, of=len(others)))
