"""All that answers questions of one language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from scipy.special import expit

from faq_index.analysis import Analyzer
from faq_index.confidence import Array, Confidence, Flags
from faq_index.directory import Directory
from faq_index.encoder import Encoded, Encoder, read
from faq_index.entry import Entry
from faq_index.features import features, rank
from faq_index.signals import NAMES, Glance, Matchers, Rows, Table
from faq_index.training import Model

MAX_CANDIDATES = 10
# A single word names a subject and asks nothing of it, so only a sure match answers it.
_SURE_OF_ONE_WORD = 0.9


# Phrasings and passages as the encoder gave them: building needs them, serving does not.
Raw = tuple[Encoded, Encoded]


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry that may be meant: its probability, the phrasing that fits best, the signals."""

    entry: Entry
    confidence: float
    phrasing: str
    signals: dict[str, float]


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, and the probability that one of those to be offered is right; `seen` are
    the features (FEATURES,) that it follows from."""

    hits: tuple[Hit, ...]
    choices: float
    threshold: float
    seen: Array | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What a question meets among the entries, before it is said how sure that makes.

    `entries` (n,), at most MAX_CANDIDATES and best first, their fused `scores` (n,), the phrasing
    of each that fits best (n,) and its signals (n, NAMES); `seen` (FEATURES,) of the first. It
    follows from the `glance`, whose entries may be valid or not.
    """

    entries: Rows
    scores: Array
    seen: Array
    is_one_word: bool
    phrasings: Rows
    table: Table
    glance: Glance

    def bare(self) -> Sight:
        """Without what only explains it, and on its own: tens of thousands are kept."""
        nothing = np.broadcast_to(np.float32(0.0), self.table.shape)
        return replace(self, table=nothing, glance=on_its_own(self.glance))


def on_its_own(glance: Glance) -> Glance:
    """Without the vectors of the questions that were asked with it."""
    return replace(glance, vector=glance.vector.copy())


class Partition:
    """Entries of one language, ready to be searched. Immutable, so any thread may search it."""

    def __init__(
        self,
        entries: Sequence[Entry],
        analyzer: Analyzer,
        encoder: Encoder,
        raw: Callable[[], Raw],
        matchers: Matchers,
        model: Model,
        directory: Directory,
    ) -> None:
        """`raw` is asked once, when building needs it."""
        self.entries = entries
        self.analyzer = analyzer
        self.encoder = encoder
        self.matchers = matchers
        self.model = model
        self.directory = directory
        self._raw = raw

    @cached_property
    def _as_encoded(self) -> Raw:
        return self._raw()

    @property
    def encoded(self) -> Encoded:
        """The phrasings as the encoder gave them. Raises SnapshotDamaged."""
        return self._as_encoded[0]

    @property
    def passages(self) -> Encoded:
        """The same of questions with their answers, one row an entry."""
        return self._as_encoded[1]

    def valid(self, on: date) -> Flags:
        """Which entries may be found on a day: (entries,)."""
        return self.directory.valid(on)

    def search(
        self, questions: Sequence[str], allowed: Flags, confidence: Confidence | None = None
    ) -> list[Found]:
        """What each finds; `allowed` has one value an entry; `confidence` replaces what the FAQ
        alone taught."""
        return [self.found(each, confidence) for each in self.sights(questions, allowed)]

    def search_encoded(
        self, questions: Sequence[str], encoded: Encoded, allowed: Flags
    ) -> Iterator[Found]:
        """The same for questions that the encoder has read."""
        return map(self.found, self._sights(questions, encoded, allowed))

    def sights(self, questions: Sequence[str], allowed: Flags) -> Iterable[Sight]:
        """What each question meets, which takes nearly all of the time."""
        if not questions:
            return ()
        return self._sights(questions, read(self.encoder, questions), allowed)

    def glances(self, questions: Sequence[str]) -> Iterable[Glance]:
        """What each question comes across, which does not tell yet what it meets."""
        if not questions:
            return ()
        asked = self.matchers.asked(questions, read(self.encoder, questions))
        return self.matchers.glance(asked)

    def _sights(
        self, questions: Sequence[str], encoded: Encoded, allowed: Flags
    ) -> Iterator[Sight]:
        asked = self.matchers.asked(questions, encoded)
        looks = self.matchers.look(asked, self.model.kernel)
        for question, whole in zip(asked, looks, strict=True):
            look = whole.of(allowed[whole.entries])
            ranking = rank(look, self.model.weights)
            order = ranking.order[:MAX_CANDIDATES]
            yield Sight(
                entries=look.entries[order],
                scores=ranking.scores[:MAX_CANDIDATES],
                seen=features(look, ranking),
                is_one_word=len(set(question.words)) <= 1,
                phrasings=look.phrasings[order],
                table=look.table[order],
                glance=whole.glance,
            )

    def found(self, sight: Sight, confidence: Confidence | None = None) -> Found:
        """How sure the sight makes, by what the FAQ taught or by `confidence`."""
        confidence = confidence or self.model.confidence
        threshold = max(confidence.threshold, _SURE_OF_ONE_WORD if sight.is_one_word else 0.0)
        if not len(sight.entries):
            return Found((), 0.0, threshold)
        seen = sight.seen[None, :]
        choices = float(confidence.of_choices(seen)[0])
        top = min(float(confidence.of_top(seen)[0]), _beats_second(sight.scores))
        hits = tuple(
            Hit(self.entries[entry], p, self.matchers.phrasings.texts[row], signals)
            for entry, p, row, signals in zip(
                sight.entries.tolist(),
                _confidences(sight.scores, top, choices),
                sight.phrasings.tolist(),
                _signals(sight.table),
                strict=True,
            )
        )
        return Found(hits, choices, threshold, sight.seen)


def _signals(table: Table) -> list[dict[str, float]]:
    rounded = np.round(table.astype(np.float64), 4).tolist()
    return [dict(zip(NAMES, row, strict=True)) for row in rounded]


def _beats_second(scores: Array) -> float:
    """The probability, by the model of the weights, that the first and not the second is meant."""
    return float(expit(scores[0] - scores[1])) if len(scores) > 1 else 1.0


def _confidences(scores: Array, top: float, choices: float) -> list[float]:
    """The first gets `top`; the others share what the choices add, by their fused scores."""
    odds = np.exp(scores - scores[0])
    rest = odds[1:3].sum()
    scale = (choices - top) / rest if rest > 0 else 0.0
    return [top, *(float(min(top, scale * each)) for each in odds[1:])]
