"""How well each entry fits a question, by several independent measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq_index.blend import Blend
from faq_index.classifier import NEIGHBOURS, Kernel, ridge
from faq_index.dense import DenseIndex
from faq_index.encoder import Encoded, Matrix, Tokens, Vector
from faq_index.kernels import highest
from faq_index.late import LateMatcher
from faq_index.lexical import Bm25, Cosines
from faq_index.matcher import Query
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
class Glance:
    """What a question comes across: the entries that are worth a look (n,) in their order, the
    share of what its words tell that the FAQ knows, how near a phrasing or passage had to be for it
    (LEAST,), and the question's `vector` in the FAQ's space."""

    entries: Rows
    known: float
    least: Table
    vector: Vector


@dataclass(frozen=True, slots=True)
class Look:
    """Entries that may be meant (n,), their signals (n, NAMES), the phrasing of each that fits best
    (n,), and what of all entries the question came across."""

    entries: Rows
    table: Table
    phrasings: Rows
    glance: Glance

    def of(self, chosen: NDArray[np.bool_]) -> Look:
        return replace(
            self,
            entries=self.entries[chosen],
            table=self.table[chosen],
            phrasings=self.phrasings[chosen],
        )


class Queries(NamedTuple):
    """A question as each lexical matcher reads it."""

    words: Query
    characters: Query
    answer: Query


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
    ) -> Matchers:
        """`passages` (entries, encoder's dim) are the entries' questions with their answers."""
        return cls(
            phrasings,
            blend,
            DenseIndex.over(blend.apply(encoded.vectors)),
            DenseIndex.over(_passages(phrasings, passages, blend)),
            texts.words,
            texts.answer,
            texts.characters,
            LateMatcher.over(encoded.tokens) if encoded.tokens else None,
        )

    def grown(self, phrasings: Phrasings, encoded: Encoded, passages: Matrix) -> Matchers:
        """Other phrasings, searched with all that was learned of these; what is the same in both is
        taken over bit for bit."""
        kept = phrasings.kept_of(self.phrasings)
        is_new = kept < 0
        vectors = self.dense.vectors[kept]
        if is_new.any():
            vectors[is_new] = self.blend.apply(encoded.vectors[is_new])
        texts = Texts.grown(phrasings, kept, Texts(self.words, self.answer, self.characters))
        return Matchers(
            phrasings,
            self.blend,
            DenseIndex.over(vectors, self.dense),
            DenseIndex.over(_passages(phrasings, passages, self.blend), self.passages),
            texts.words,
            texts.answer,
            texts.characters,
            self.late.grown(encoded.tokens, kept) if self.late and encoded.tokens else None,
        )

    def read_as(self, vectors: Matrix, passages: Matrix, blend: Blend) -> Matchers:
        """The same phrasings in other vectors, (phrasings, encoder's dim) and (entries, ...)."""
        dense = DenseIndex.over(blend.apply(vectors))
        told = DenseIndex.over(_passages(self.phrasings, passages, blend))
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
        tokens: Sequence[Tokens | None] = encoded.tokens or [None] * len(texts)
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
        for question, glance, rows, queries in self._all_near(asked, hidden, more):
            yield self._look(question, kernel, glance, rows, queries, hidden)

    def glance(self, asked: Sequence[Asked]) -> Iterator[Glance]:
        """What each question comes across, in half the time of a look at it."""
        for _, glance, _, _ in self._all_near(asked, None, 0):
            yield glance

    def _look(
        self,
        asked: Asked,
        kernel: Kernel,
        glance: Glance,
        rows: Rows,
        queries: Queries,
        hidden: Hidden | None,
    ) -> Look:
        if not len(rows):
            return Look(NOTHING, np.zeros((0, len(NAMES)), np.float32), NOTHING, glance)
        words = self.words.at(rows, queries.words)
        characters = self.characters.at(rows, queries.characters)
        answer = self.answer.at(rows, queries.answer)
        dense = self.dense.at(rows, asked.vector)
        alike = kernel.of(dense, words, characters)
        entries = glance.entries
        starts = np.searchsorted(self.phrasings.owners[rows], entries)
        best = [np.maximum.reduceat(each, starts) for each in (dense, words, characters)]
        columns = [
            self._classified(kernel, rows, alike, entries),
            *best,
            self._late(asked, entries, hidden),
            np.maximum.reduceat(answer, starts),
            self.passages.at(entries, asked.vector),
        ]
        best_rows = _best_rows(rows, alike, starts)
        return Look(entries, np.column_stack(columns), best_rows, glance)

    def _all_near(
        self, asked: Sequence[Asked], hidden: Hidden | None, more: int
    ) -> Iterator[tuple[Asked, Glance, Rows, Queries]]:
        vectors = np.stack([each.vector for each in asked])
        by_meaning = self.dense.nearest(vectors, NEIGHBOURS + more)
        by_passage = self.passages.nearest(vectors, _BY_ANSWER)
        for question, near, told in zip(asked, by_meaning, by_passage, strict=True):
            yield question, *self._near(question, (near, told), hidden, more)

    def _near(
        self, asked: Asked, near: tuple[Near, Near], hidden: Hidden | None, more: int
    ) -> tuple[Glance, Rows, Queries]:
        """What the question comes across, and the phrasings worth a look, in their order."""
        queries = Queries(
            self.words.query(asked.words),
            self.characters.query(self.characters.tokens(asked.text)),
            self.answer.query(asked.words),
        )
        (by_meaning, least_meaning), (by_passage, least_passage) = near
        by_words, least_words = self.words.best(queries.words, _BY_WORDS + more)
        by_letters, least_letters = self.characters.best(queries.characters, _BY_CHARACTERS + more)
        by_answer, least_answer = self.answer.best(queries.answer, _BY_ANSWER + more)
        entries = np.unique(np.concatenate([self.phrasings.owners[by_answer], by_passage]))
        found = [by_meaning, by_words, by_letters, self.rows_of(entries)]
        rows = np.unique(np.concatenate(found))
        if hidden is not None:
            rows = rows[~hidden[rows]]
        owners = self.phrasings.owners[rows]
        least = [least_meaning, least_words, least_letters, least_answer, least_passage]
        glance = Glance(
            owners[np.diff(owners, prepend=-1) > 0],
            self.words.known_share(asked.words, hidden),
            np.array(least, dtype=np.float32),
            asked.vector,
        )
        return glance, rows, queries

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


def _passages(phrasings: Phrasings, passages: Matrix, blend: Blend) -> Matrix:
    """Zeros, like nothing at all, where there is no answer to tell more than the question."""
    told = np.array([bool(answer.strip()) for answer in phrasings.answers])
    return np.where(told[:, None], blend.apply(passages), np.float32(0.0))


def _best_rows(rows: Rows, alike: Table, starts: Rows) -> Rows:
    """Of each entry's rows the first of those that are most alike."""
    sizes = np.diff(starts, append=len(rows))
    best = np.flatnonzero(alike == np.repeat(np.maximum.reduceat(alike, starts), sizes))
    return rows[best[np.searchsorted(best, starts)]]
