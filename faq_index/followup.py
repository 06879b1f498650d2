"""A question that leans on the one before it: "and how long does that take?", 「それはいくら？」

It is searched for as it stands, and once more behind the question that was answered before. A
conditional logit model with an outside option, that none of the entries found is meant (McFadden,
1974), says how likely each of them is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import softmax

from faq_index.analysis import Analyzer
from faq_index.confidence import CHOICES, Array
from faq_index.entry import Entry
from faq_index.followup_words import words_of
from faq_index.partition import MAX_CANDIDATES, Found, Hit
from faq_index.text import normalise, plain

# Learned by `python -m tests.benchmarks.fit_follow_ups`, which prints this table. A feature of the
# entry answered before stands under `previous ...`, the same of any other under its plain name.
WEIGHTS: Mapping[str, float] = {
    "constant": 0.95,
    "alone": 0.46,
    "joined": 0.59,
    "related": 1.39,
    "told": 0.80,
    "held": 2.03,
    "previous": -0.14,
    "previous joined": 0.99,
    "previous told": 1.55,
    "previous held": 0.87,
    "previous missing": -2.88,
}
_MODEL = np.array(list(WEIGHTS.values()))
# Probabilities are taken for no less and no more than this: an entry not found at all, and one
# whose own question was put before the customer's.
_LEAST, _MOST = 0.002, 0.95
# An answer through context needs this and the threshold of other answers: at the latter alone more
# than a tenth were wrong in the cross-validation of `tests.benchmarks.fit_follow_ups`.
_SURE = 0.8
# With a word that points back, so many words of its own leave a question leaning on what was said.
_FEW_WORDS = 2
# A question that names more than this, and points to nothing, is not searched for twice.
_MANY_WORDS = 4

Search = Callable[[str], Found]


@dataclass(frozen=True, slots=True)
class Reading:
    """A question by itself. `cue`: a word in it points back. `content`: its words that name
    something. `asks`: the kinds of detail it asks for, by number in the language's list."""

    asked: str
    cue: bool
    content: frozenset[str]
    asks: tuple[int, ...]

    @property
    def leans(self) -> bool:
        """It hardly means anything without what was said before."""
        return self.cue and len(self.content) <= _FEW_WORDS if self.content else bool(self.asks)

    @property
    def may_lean(self) -> bool:
        return self.cue or len(self.content) <= _MANY_WORDS if self.content else bool(self.asks)


@dataclass(frozen=True, slots=True)
class Followed:
    """The entries found on both ways, a row of features for each (columns as in WEIGHTS), and the
    threshold of answers."""

    hits: tuple[Hit, ...]
    features: Array
    threshold: float

    def ranked(self) -> Found:
        """Their probabilities by the model; what is missing to 1 is that none is meant."""
        threshold = max(self.threshold, _SURE)
        chances = softmax(np.append(self.features @ _MODEL, 0.0))[:-1]
        order = np.argsort(-chances, kind="stable")[:MAX_CANDIDATES]
        hits = tuple(replace(self.hits[i], confidence=float(chances[i])) for i in order)
        return Found(hits, sum(hit.confidence for hit in hits[:CHOICES]), threshold)


class FollowUps:
    """Understands follow-ups in one language. Safe to use from any thread."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._words = words_of(analyzer.language)

    @cached_property
    def _empty(self) -> frozenset[str]:
        words = self._words.empty.split()
        return frozenset(term for word in words for term in self._analyzer.words(word))

    def find(self, asked: str, previous: Entry, alone: Found, search: Search) -> Found | None:
        """What `asked` finds after `previous`; None when what was said before should not count.

        `alone` is what it finds by itself; `search` finds the same for any text.
        """
        reading = self.read(asked)
        sure = bool(alone.hits) and alone.hits[0].confidence >= alone.threshold
        if not (reading.leans if sure else reading.may_lean):
            return None
        found = self.follow(reading, previous, alone, search).ranked()
        if not found.hits or not _belong(found.hits[0].entry, previous, by_topic=reading.leans):
            return None
        answers = found.hits[0].confidence >= found.threshold
        return found if answers or sure or found.choices > alone.choices else None

    def read(self, asked: str) -> Reading:
        text = normalise(asked)
        content = frozenset(self._analyzer.words(text)) - self._empty
        kinds = enumerate(self._words.asks)
        asks = tuple(number for number, kind in kinds if kind.asked.search(text))
        return Reading(asked, self._words.points_back(text), content, asks)

    def follow(self, reading: Reading, previous: Entry, alone: Found, search: Search) -> Followed:
        joined = search(f"{previous.question} {reading.asked}")
        hits = {hit.entry.id: hit for each in (joined, alone) for hit in each.hits}
        odds = [
            {hit.entry.id: _log_odds(hit.confidence) for hit in each.hits}
            for each in (alone, joined)
        ]
        never = _log_odds(0.0)
        rows = [
            self._features(reading, hit.entry, previous, *(found.get(id, never) for found in odds))
            for id, hit in hits.items()
        ]
        features = np.array(rows).reshape(-1, len(WEIGHTS))
        return Followed(tuple(hits.values()), features, joined.threshold)

    def _features(
        self, reading: Reading, entry: Entry, previous: Entry, alone: float, joined: float
    ) -> list[float]:
        """In the order of WEIGHTS. `alone` and `joined` are the log odds of both searches."""
        held = self._held(reading.content, entry)
        share = held / max(1, len(reading.content))
        told = self._told(reading.asks, entry)
        if entry.id != previous.id:
            related = float(_are_related(entry, previous))
            return [1.0, alone, joined, related, told, share, 0.0, 0.0, 0.0, 0.0, 0.0]
        missing = math.sqrt(len(reading.content) - held)
        return [1.0, alone, 0.0, 0.0, 0.0, 0.0, 1.0, joined, told, share, missing]

    def _held(self, content: frozenset[str], entry: Entry) -> int:
        texts = "\n".join([*entry.phrasings, plain(entry.answer)])
        return len(content.intersection(self._analyzer.words(texts))) if content else 0

    def _told(self, asks: Sequence[int], entry: Entry) -> float:
        """1 when the answer tells a detail asked for, -1 when none of them, 0 with none asked."""
        answer = normalise(plain(entry.answer))
        told = any(self._words.asks[kind].told.search(answer) for kind in asks)
        return 0.0 if not asks else 1.0 if told else -1.0


def _are_related(entry: Entry, other: Entry) -> bool:
    return entry.id in other.related or other.id in entry.related


def _belong(entry: Entry, previous: Entry, *, by_topic: bool) -> bool:
    """Whether one may come up after the other. A topic may be all there is in an FAQ, so it counts
    for questions only that mean little by themselves."""
    same_topic = by_topic and bool(entry.topic) and entry.topic == previous.topic
    return entry.id == previous.id or same_topic or _are_related(entry, previous)


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, _LEAST), _MOST)
    return math.log(bounded / (1.0 - bounded))
