"""How well each entry fits a question, by several independent measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from faq_index.analysis import Analyzer
from faq_index.blend import Blend
from faq_index.classifier import NEIGHBOURS, Kernel, ridge
from faq_index.dense import DenseIndex
from faq_index.encoder import Encoded, Matrix, Tokens, Vector
from faq_index.late import LateMatcher
from faq_index.lexical import Bm25, Cosines
from faq_index.text import plain

NAMES = ("classifier", "dense", "words", "characters", "tokens", "answer", "passage")
Table = NDArray[np.float32]
Rows = NDArray[np.intp]
Hidden = NDArray[np.bool_]
NOTHING = np.zeros(0, dtype=np.intp)
# How often the question's words count against those of its answer in the signal "answer".
_QUESTION_WEIGHT = 3
# Phrasings that share words or letters with the question, and entries whose answer speaks of it,
# are looked at even when their vectors are far.
_BY_WORDS = 16
_BY_CHARACTERS = 32
_BY_ANSWER = 8
_BLOCK = 32


@dataclass(frozen=True, slots=True)
class Phrasings:
    """All phrasings of one language; those of one entry stand side by side."""

    texts: tuple[str, ...]
    owners: Rows
    answers: tuple[str, ...]

    @property
    def entries(self) -> int:
        return len(self.answers)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its words, its vector in the FAQ's space (dim,), its tokens if there are any."""

    text: str
    vector: Vector
    tokens: Tokens | None


@dataclass(frozen=True, slots=True)
class Look:
    """Entries that may be meant (n,), their signals (n, NAMES), the phrasing of each that fits best
    (n,), and the share of what the question's words tell that the FAQ knows."""

    entries: Rows
    table: Table
    phrasings: Rows
    known: float

    def of(self, chosen: NDArray[np.bool_]) -> Look:
        return replace(
            self,
            entries=self.entries[chosen],
            table=self.table[chosen],
            phrasings=self.phrasings[chosen],
        )


class Matchers:
    """The searchable form of the phrasings of one language. Immutable, so any thread may look."""

    def __init__(
        self,
        phrasings: Phrasings,
        blend: Blend,
        dense: DenseIndex,
        passages: DenseIndex,
        words: Cosines,
        answer: Bm25,
        characters: Cosines,
        late: LateMatcher | None,
    ) -> None:
        self.phrasings = phrasings
        self.blend = blend
        self.dense = dense
        self.passages = passages
        self.words = words
        self.answer = answer
        self.characters = characters
        self.late = late

    @classmethod
    def over(
        cls,
        phrasings: Phrasings,
        encoded: Encoded,
        passages: Matrix,
        blend: Blend,
        texts: Texts,
        token_rotation: Matrix | None = None,
    ) -> Matchers:
        """`passages` (entries, encoder's dim) are the entries' questions with their answers;
        `token_rotation` is that of an earlier LateMatcher."""
        return cls(
            phrasings,
            blend,
            DenseIndex(blend.apply(encoded.vectors)),
            _passages(phrasings, passages, blend),
            texts.words,
            texts.answer,
            texts.characters,
            LateMatcher.over(encoded.tokens, token_rotation) if encoded.tokens else None,
        )

    def read_as(self, vectors: Matrix, passages: Matrix, blend: Blend) -> Matchers:
        """The same phrasings in other vectors, (phrasings, encoder's dim) and (entries, ...)."""
        dense, told = DenseIndex(blend.apply(vectors)), _passages(self.phrasings, passages, blend)
        lexical = self.words, self.answer, self.characters
        return Matchers(self.phrasings, blend, dense, told, *lexical, self.late)

    @cached_property
    def first_rows(self) -> Rows:
        """(entries + 1,): where the phrasings of each entry begin."""
        return np.searchsorted(self.phrasings.owners, np.arange(self.phrasings.entries + 1))

    def rows_of(self, entries: Rows) -> Rows:
        spans = [np.arange(self.first_rows[e], self.first_rows[e + 1]) for e in entries]
        return np.concatenate(spans) if spans else NOTHING

    def asked(self, text: str, encoded: Encoded) -> Asked:
        """A question that was encoded alone."""
        tokens = encoded.tokens[0] if encoded.tokens else None
        return Asked(text, self.blend.apply(encoded.vectors)[0], tokens)

    def look(
        self, asked: Asked, kernel: Kernel, hidden: Hidden | None = None, more: int = 0
    ) -> Look:
        """As if the phrasings `hidden` (phrasings,) were not in the FAQ; `more` phrasings than
        usual are looked for, to make up for them."""
        words = self.words.scores(self.words.query(asked.text))
        characters = self.characters.scores(self.characters.query(asked.text))
        answer = self.answer.scores(self.answer.query(asked.text))
        rows = self._rows(asked, words, characters, answer, more)
        rows = rows if hidden is None else rows[~hidden[rows]]
        known = self.words.known_share(asked.text, hidden)
        if not len(rows):
            return Look(NOTHING, np.zeros((0, len(NAMES)), np.float32), NOTHING, known)
        owners = self.phrasings.owners[rows]
        dense = self.dense.vectors[rows] @ asked.vector
        alike = kernel.of(dense, words[rows], characters[rows])
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        entries = owners[starts]
        best = [
            np.maximum.reduceat(each, starts) for each in (dense, words[rows], characters[rows])
        ]
        columns = [
            self._classified(kernel, rows, alike, entries),
            *best,
            self._late(asked, entries, hidden),
            np.maximum.reduceat(answer[rows], starts),
            self.passages.vectors[entries] @ asked.vector,
        ]
        return Look(entries, np.column_stack(columns), _best_rows(rows, alike, starts), known)

    def _rows(
        self, asked: Asked, words: Table, characters: Table, answer: Table, more: int
    ) -> Rows:
        """Phrasings worth looking at, in their order."""
        by_answer = self.phrasings.owners[_top(answer, _BY_ANSWER + more)]
        by_passage = self.passages.nearest(asked.vector, _BY_ANSWER)
        found = [
            self.dense.nearest(asked.vector, NEIGHBOURS + more),
            _top(words, _BY_WORDS + more),
            _top(characters, _BY_CHARACTERS + more),
            self.rows_of(np.unique(np.concatenate([by_answer, by_passage]))),
        ]
        rows: Rows = np.unique(np.concatenate(found))
        return rows

    def _classified(self, kernel: Kernel, rows: Rows, alike: Table, entries: Rows) -> Table:
        near = np.sort(_top(alike, NEIGHBOURS))
        chosen = rows[near]
        vectors = self.dense.vectors[chosen]
        nothing = np.zeros((len(chosen), len(chosen)), dtype=np.float32)
        among = kernel.of(
            vectors @ vectors.T,
            self.words.between(chosen) if kernel.words else nothing,
            self.characters.between(chosen) if kernel.characters else nothing,
        )
        found, scores = ridge(among, alike[near], self.phrasings.owners[chosen])
        classified = np.zeros(len(entries), dtype=np.float32)
        classified[np.searchsorted(entries, found)] = scores
        return classified

    def _late(self, asked: Asked, entries: Rows, hidden: Hidden | None) -> Table:
        if self.late is None or asked.tokens is None:
            return np.zeros(len(entries), dtype=np.float32)
        spans = [(int(self.first_rows[e]), int(self.first_rows[e + 1])) for e in entries]
        return self.late.scores(asked.tokens, spans, hidden)


@dataclass(frozen=True, slots=True)
class Texts:
    """The lexical matchers of one language."""

    words: Cosines
    answer: Bm25
    characters: Cosines

    @classmethod
    def over(cls, phrasings: Phrasings, analyzer: Analyzer) -> Texts:
        documents = [
            f"{text}\n" * _QUESTION_WEIGHT + plain(phrasings.answers[owner])
            for text, owner in zip(phrasings.texts, phrasings.owners, strict=True)
        ]
        return cls(
            Cosines.over(phrasings.texts, analyzer.words),
            Bm25.over(documents, analyzer.words),
            Cosines.over(phrasings.texts, analyzer.characters),
        )


def _passages(phrasings: Phrasings, passages: Matrix, blend: Blend) -> DenseIndex:
    """Zeros, like nothing at all, where there is no answer to tell more than the question."""
    told = np.array([bool(answer.strip()) for answer in phrasings.answers])
    return DenseIndex(np.where(told[:, None], blend.apply(passages), np.float32(0.0)))


def _top(scores: Table, count: int) -> Rows:
    """Places of the highest scores above 0, in no order."""
    places = np.arange(len(scores))
    if len(scores) > _BLOCK * count * 4:
        # The highest stand in the blocks with the highest maxima, which are quicker to find.
        whole = len(scores) // _BLOCK * _BLOCK
        maxima = scores[:whole].reshape(-1, _BLOCK).max(axis=1)
        blocks = np.argpartition(maxima, -count)[-count:]
        inside = (blocks[:, None] * _BLOCK + np.arange(_BLOCK)).ravel()
        places = np.concatenate([inside, places[whole:]])
    if len(places) > count:
        places = places[np.argpartition(scores[places], -count)[-count:]]
    chosen: Rows = places[scores[places] > 0]
    return chosen


def _best_rows(rows: Rows, alike: Table, starts: Rows) -> Rows:
    """Of each entry's rows the one that is most alike."""
    ends: Sequence[int] = [*starts[1:], len(rows)]
    best = [int(np.argmax(alike[a:b])) + a for a, b in zip(starts, ends, strict=True)]
    return rows[best]
