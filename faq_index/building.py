"""Entries to partitions, one for each language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from faq_index.analysis import Analyzer
from faq_index.directory import Directory
from faq_index.encoder import (
    Encoded,
    Encoder,
    Tokens,
    Vector,
    read,
    read_passages,
    rehearsals_of,
    speaking,
    views_of,
)
from faq_index.entry import Entry
from faq_index.index import FaqIndex
from faq_index.names import names_of
from faq_index.partition import Partition
from faq_index.phrasings import Phrasings
from faq_index.spill import Spill
from faq_index.text import plain
from faq_index.training import calibrated, retrain, train

# (stage, done, total)
Progress = Callable[[str, int, int], None]
_BATCH = 256
# From so many phrasings on, what was learned is kept until so large a share of them has changed.
_MANY = 2000
_LITTLE = 0.01
_LONGEST_ANSWER = 500
# More texts than this, as the encoder gave them, are not held in memory.
_SPILLED = 200_000


@dataclass(frozen=True, slots=True)
class Known:
    """One text as it was encoded before."""

    vector: Vector
    tokens: Tokens | None


# By the name of the encoder and the text.
KnownTexts = Mapping[tuple[str, str], Known]


def build_partitions(
    entries: Sequence[Entry],
    encoder: Encoder,
    *,
    max_wrong: float,
    before: Mapping[str, Partition] | None = None,
    progress: Progress | None = None,
    learn: bool = True,
) -> dict[str, Partition]:
    """`before` are those of an earlier state of the FAQ: what did not change is not encoded again,
    and when little did, nothing is learned again either. Nor without `learn`, however much of a
    language that was there before."""
    earlier = before or {}
    tell = progress or silent
    languages = sorted({entry.language for entry in entries})
    by_language = {
        language: [entry for entry in entries if entry.language == language]
        for language in languages
    }
    phrasings = {language: phrasings_of(own) for language, own in by_language.items()}
    jobs = _jobs(by_language, phrasings, encoder)
    partitions = {}
    is_large = sum(len(job.texts) for job in jobs) > _SPILLED
    with Spill() if is_large else nullcontext() as spill:
        found = _encode(jobs, _known_texts(earlier.values()), tell, spill)
        for done, (language, own) in enumerate(by_language.items()):
            tell("learning", done, len(languages))
            partitions[language] = _build_partition(
                own, phrasings[language], language, speaking(encoder, language), found,
                earlier.get(language), max_wrong, learn=learn, spill=spill,
            )  # fmt: skip
    tell("learning", len(languages), len(languages))
    return partitions


def _build_partition(
    entries: Sequence[Entry],
    phrasings: Phrasings,
    language: str,
    encoder: Encoder,
    known: KnownTexts,
    before: Partition | None,
    max_wrong: float,
    *,
    learn: bool,
    spill: Spill | None,
) -> Partition:
    encoded = _gather(encoder, phrasings.texts, known, spill)
    passage_texts = [passage_of(entry) for entry in entries]
    passages = _gather(encoder, passage_texts, known, spill)
    analyzer = Analyzer(language)
    texts = phrasings, encoded, passages.vectors
    changes = changes_of(before.entries, entries) if before is not None else 0
    if before is not None and changes == 0 and phrasings.same_as(before.matchers.phrasings):
        matchers, model = before.matchers, calibrated(before.model, max_wrong)
    elif before is not None and (
        not learn or _is_little(before.model.changes + changes, phrasings.asked)
    ):
        learned = before.matchers, before.model
        matchers, model = retrain(*texts, learned, changes, max_wrong)
    else:
        rehearsals = [rehearsals_of(encoder, each) for each in (phrasings.texts, passage_texts)]
        pairs = list(zip(*rehearsals, strict=True))
        matchers, model = train(*texts, analyzer, views_of(encoder), max_wrong, pairs)
    return Partition(
        tuple(entries),
        analyzer,
        encoder,
        lambda: (encoded, passages),
        matchers,
        model,
        Directory.over(entries, phrasings.texts),
    )


def _is_little(changes: int, phrasings: int) -> bool:
    """A small FAQ is learned anew in a moment, and each of its phrasings counts."""
    return phrasings >= _MANY and changes <= _LITTLE * phrasings


def changes_of(before: Sequence[Entry], after: Sequence[Entry]) -> int:
    """Phrasings and answers of entries that are only in one of the two."""
    old, new = _facts(before), _facts(after)
    return len(old ^ new)


def _facts(entries: Sequence[Entry]) -> set[tuple[str, str, bool]]:
    phrasings = {(entry.id, text, False) for entry in entries for text in entry.phrasings}
    return phrasings | {(entry.id, entry.answer, True) for entry in entries}


def _known_texts(partitions: Iterable[Partition]) -> dict[tuple[str, str], Known]:
    known: dict[tuple[str, str], Known] = {}
    for part in partitions:
        name = part.encoder.name
        known |= _by_text(name, part.matchers.phrasings.texts, part.encoded)
        known |= _by_text(name, [passage_of(entry) for entry in part.entries], part.passages)
    return known


def _by_text(name: str, texts: Sequence[str], encoded: Encoded) -> dict[tuple[str, str], Known]:
    tokens: Sequence[Tokens | None] = encoded.tokens or [None] * len(texts)
    return {
        (name, text): Known(vector, own)
        for text, vector, own in zip(texts, encoded.vectors, tokens, strict=True)
    }


def _gather(
    encoder: Encoder, texts: Sequence[str], known: KnownTexts, spill: Spill | None
) -> Encoded:
    found = [known[encoder.name, text] for text in texts]
    tokens = tuple(each.tokens for each in found if each.tokens is not None)
    room = spill.room((len(found), len(found[0].vector))) if spill else None
    vectors = np.stack([each.vector for each in found], out=room)
    return Encoded(vectors, tokens if len(tokens) == len(found) else None)


def passage_of(entry: Entry) -> str:
    """Question and answer as one text, for questions that use the words of the answer."""
    return f"{entry.question}\n{plain(entry.answer).strip()[:_LONGEST_ANSWER]}"


def phrasings_of(entries: Sequence[Entry]) -> Phrasings:
    """Of entries of one language."""
    own = [
        (*((text, False) for text in entry.phrasings), *([(name, True)] if name else ()))
        for entry, name in zip(entries, names_of(entries), strict=True)
    ]
    rows = [row for each in own for row in each]
    return Phrasings(
        tuple(text for text, _ in rows),
        np.repeat(np.arange(len(own)), [len(each) for each in own]),
        tuple(entry.answer for entry in entries),
        np.array([is_name for _, is_name in rows], dtype=bool),
    )


def build_index(
    entries: Sequence[Entry],
    encoder: Encoder,
    *,
    max_wrong: float = 0.10,
    progress: Progress | None = None,
    before: FaqIndex | None = None,
) -> FaqIndex:
    """An index in memory only; `build_snapshot` makes one that lasts. What `before`, of the same
    encoder, has in common is not encoded again."""
    known = before.partitions if before else None
    partitions = build_partitions(
        entries, encoder, max_wrong=max_wrong, before=known, progress=progress
    )
    return FaqIndex(partitions, encoder, version="unsaved", built_at=datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class _Job:
    """Texts for one encoder, of one kind."""

    encoder: Encoder
    texts: tuple[str, ...]
    are_passages: bool

    def read(self, start: int, spill: Spill | None) -> list[tuple[tuple[str, str], Known]]:
        """A batch of them, each with its key."""
        batch = self.texts[start : start + _BATCH]
        if self.are_passages:
            encoded = Encoded(read_passages(self.encoder, batch))
        else:
            encoded = read(self.encoder, batch)
        if spill is not None:
            encoded = spill.moved(encoded)
        tokens: Sequence[Tokens | None] = encoded.tokens or [None] * len(batch)
        return [
            ((self.encoder.name, text), Known(vector, words))
            for text, vector, words in zip(batch, encoded.vectors, tokens, strict=True)
        ]


def _jobs(
    by_language: Mapping[str, Sequence[Entry]],
    phrasings: Mapping[str, Phrasings],
    encoder: Encoder,
) -> list[_Job]:
    jobs = []
    for language, own in by_language.items():
        speaker = speaking(encoder, language)
        jobs.append(_Job(speaker, tuple(phrasings[language].texts), are_passages=False))
        jobs.append(_Job(speaker, tuple(map(passage_of, own)), are_passages=True))
    return jobs


def _encode(
    jobs: Sequence[_Job], known: KnownTexts, tell: Progress, spill: Spill | None
) -> dict[tuple[str, str], Known]:
    wanted = [(job.encoder.name, text) for job in jobs for text in job.texts]
    found = {key: known[key] for key in wanted if key in known}
    new = {key for key in wanted if key not in found}
    done = 0
    for job in jobs:
        own = dict.fromkeys(t for t in job.texts if (job.encoder.name, t) in new)
        left = replace(job, texts=tuple(own))
        for start in range(0, len(left.texts), _BATCH):
            tell("encoding", done, len(new))
            found.update(left.read(start, spill))
            done += min(_BATCH, len(left.texts) - start)
    tell("encoding", len(new), len(new))
    return found


def silent(stage: str, done: int, total: int) -> None:
    """For callers who do not watch."""
