"""How well each entry fits a question, by several independent measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from faq_index.blend import Blend
from faq_index.classifier import NEIGHBOURS, Kernel, ridge
from faq_index.dense import DenseIndex
from faq_index.encoder import Encoded, Matrix, Tokens, Vector
from faq_index.kernels import highest
from faq_index.late import LateMatcher
from faq_index.lexical import Bm25, Cosines
from faq_index.phrasings import Phrasings, Texts

NAMES = ("classifier", "dense", "words", "characters", "tokens", "answer", "passage")
Table = NDArray[np.float32]
Rows = NDArray[np.intp]
Hidden = NDArray[np.bool_]
# Rows, and how near one had to be.
Near = tuple[Rows, float]
NOTHING = np.zeros(0, dtype=np.intp)
LEAST = ("dense", "words", "characters", "answer", "passage")
# Phrasings that share words or letters with the question, and entries whose answer speaks of it,
# are looked at even when their vectors are far.
_BY_WORDS = 16
_BY_CHARACTERS = 32
_BY_ANSWER = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its words, its vector in the FAQ's space (dim,), its tokens if there are any."""

    text: str
    words: tuple[str, ...]
    vector: Vector
    tokens: Tokens | None


@dataclass(frozen=True, slots=True)
class Look:
    """Entries that may be meant (n,), their signals (n, NAMES), the phrasing of each that fits best
    (n,), the share of what the question's words tell that the FAQ knows, and how near a phrasing or
    passage had to be to be looked at (LEAST,)."""

    entries: Rows
    table: Table
    phrasings: Rows
    known: float
    least: Table

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
        late: LateMatcher | None = None,
    ) -> Matchers:
        """`passages` (entries, encoder's dim) are the entries' questions with their answers;
        `late` is an earlier one, of which is kept what was learned."""
        return cls(
            phrasings,
            blend,
            DenseIndex(blend.apply(encoded.vectors)),
            _passages(phrasings, passages, blend),
            texts.words,
            texts.answer,
            texts.characters,
            LateMatcher.over(encoded.tokens, late) if encoded.tokens else None,
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

    def asked(self, texts: Sequence[str], encoded: Encoded) -> list[Asked]:
        """Questions as the encoder read them."""
        tokens = encoded.tokens or [None] * len(texts)
        return [
            self.question(text, vector, own)
            for text, vector, own in zip(
                texts, self.blend.apply(encoded.vectors), tokens, strict=True
            )
        ]

    def question(self, text: str, vector: Vector, tokens: Tokens | None) -> Asked:
        """`vector` is in the FAQ's space."""
        return Asked(text, tuple(self.words.tokens(text)), vector, tokens)

    def look(
        self,
        asked: Sequence[Asked],
        kernel: Kernel,
        hidden: Hidden | None = None,
        more: int = 0,
    ) -> Iterator[Look]:
        """For each question, the same for one alone as for one of many.

        As if the phrasings `hidden` (phrasings,) were not in the FAQ; `more` phrasings than usual
        are looked for, to make up for them.
        """
        vectors = np.stack([each.vector for each in asked])
        by_meaning = self.dense.nearest(vectors, NEIGHBOURS + more)
        by_passage = self.passages.nearest(vectors, _BY_ANSWER)
        for question, near, told in zip(asked, by_meaning, by_passage, strict=True):
            yield self._look(question, kernel, (near, told), hidden, more)

    def _look(
        self,
        asked: Asked,
        kernel: Kernel,
        near: tuple[Near, Near],
        hidden: Hidden | None,
        more: int,
    ) -> Look:
        rows, words, characters, answer, least = self._rows(asked, near, hidden, more)
        known = self.words.known_share(asked.words, hidden)
        if not len(rows):
            return Look(NOTHING, np.zeros((0, len(NAMES)), np.float32), NOTHING, known, least)
        owners = self.phrasings.owners[rows]
        dense = self.dense.at(rows, asked.vector)
        alike = kernel.of(dense, words, characters)
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        entries = owners[starts]
        best = [np.maximum.reduceat(each, starts) for each in (dense, words, characters)]
        columns = [
            self._classified(kernel, rows, alike, entries),
            *best,
            self._late(asked, entries, hidden),
            np.maximum.reduceat(answer, starts),
            self.passages.at(entries, asked.vector),
        ]
        best_rows = _best_rows(rows, alike, starts)
        return Look(entries, np.column_stack(columns), best_rows, known, least)

    def _rows(
        self,
        asked: Asked,
        near: tuple[Near, Near],
        hidden: Hidden | None,
        more: int,
    ) -> tuple[Rows, Table, Table, Table, Table]:
        """Phrasings worth looking at, in their order, their scores by words, letters and answer,
        and how near one had to be (LEAST,)."""
        words, answer = self.words.query(asked.words), self.answer.query(asked.words)
        characters = self.characters.query(self.characters.tokens(asked.text))
        (by_meaning, least_meaning), (by_passage, least_passage) = near
        by_answer, least_answer = self.answer.best(answer, _BY_ANSWER + more)
        by_words, least_words = self.words.best(words, _BY_WORDS + more)
        entries = np.unique(np.concatenate([self.phrasings.owners[by_answer], by_passage]))
        found = np.concatenate([by_meaning, by_words, self.rows_of(entries)])
        # Letters are compared once, for those that may be among the best by them and all others.
        maybe = self.characters.candidates(characters, _BY_CHARACTERS + more)
        rows = np.unique(np.concatenate([found, maybe]))
        by_letters = self.characters.at(rows, characters)
        places = np.searchsorted(rows, maybe)
        best = places[highest(by_letters[places], _BY_CHARACTERS + more)]
        chosen = np.zeros(len(rows), dtype=bool)
        chosen[best] = True
        chosen[np.searchsorted(rows, found)] = True
        if hidden is not None:
            chosen &= ~hidden[rows]
        least_letters = by_letters[best[-1]] if len(best) == _BY_CHARACTERS + more else 0.0
        least = [least_meaning, least_words, least_letters, least_answer, least_passage]
        rows = rows[chosen]
        scores = self.words.at(rows, words), by_letters[chosen], self.answer.at(rows, answer)
        return rows, *scores, np.array(least, dtype=np.float32)

    def _classified(self, kernel: Kernel, rows: Rows, alike: Table, entries: Rows) -> Table:
        near = np.sort(highest(alike, NEIGHBOURS))
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


def _passages(phrasings: Phrasings, passages: Matrix, blend: Blend) -> DenseIndex:
    """Zeros, like nothing at all, where there is no answer to tell more than the question."""
    told = np.array([bool(answer.strip()) for answer in phrasings.answers])
    return DenseIndex(np.where(told[:, None], blend.apply(passages), np.float32(0.0)))


def _best_rows(rows: Rows, alike: Table, starts: Rows) -> Rows:
    """Of each entry's rows the first of those that are most alike."""
    sizes = np.diff(starts, append=len(rows))
    best = np.flatnonzero(alike == np.repeat(np.maximum.reduceat(alike, starts), sizes))
    return rows[best[np.searchsorted(best, starts)]]
