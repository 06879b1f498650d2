"""Entries to partitions, one for each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from faq_index.analysis import Analyzer
from faq_index.encoder import Encoder, Matrix, Vector, blocks_of
from faq_index.entry import Entry
from faq_index.index import FaqIndex
from faq_index.misspelling import misspell
from faq_index.partition import Partition
from faq_index.signals import Phrasings, Vectors
from faq_index.text import plain
from faq_index.training import misspelt_rows, train

# (stage, done, total)
Progress = Callable[[str, int, int], None]
_BATCH = 64
_LONGEST_ANSWER = 500


def build_partitions(
    entries: Sequence[Entry],
    encoder: Encoder,
    *,
    max_wrong: float,
    known: Mapping[str, Vector] | None = None,
    progress: Progress | None = None,
) -> dict[str, Partition]:
    """`known` holds vectors of phrasings and passages encoded before, by their text."""
    tell = progress or _silent
    vectors = _encode(entries, encoder, known or {}, tell)
    languages = sorted({entry.language for entry in entries})
    partitions = {}
    for done, language in enumerate(languages):
        tell("learning", done, len(languages))
        chosen = [entry for entry in entries if entry.language == language]
        partitions[language] = _build_partition(
            chosen, language, vectors, blocks_of(encoder), max_wrong
        )
    tell("learning", len(languages), len(languages))
    return partitions


def _build_partition(
    entries: Sequence[Entry],
    language: str,
    known: Mapping[str, Vector],
    blocks: tuple[int, ...],
    max_wrong: float,
) -> Partition:
    phrasings = phrasings_of(entries)
    vectors = Vectors(
        np.stack([known[text] for text in phrasings.texts]),
        np.stack([_passage_vector(entry, known) for entry in entries]),
        _stack([known[text] for text in misspelt_of(phrasings)], dim=sum(blocks)),
    )
    analyzer = Analyzer(language)
    matchers, model = train(phrasings, vectors, analyzer, blocks, max_wrong)
    return Partition(entries, analyzer, vectors, matchers, model)


def _passage_vector(entry: Entry, known: Mapping[str, Vector]) -> Vector:
    """Zeros, like nothing at all, where there is no answer to tell more than the question."""
    vector = known[passage_of(entry)]
    return vector if entry.answer.strip() else np.zeros_like(vector)


def misspelt_of(phrasings: Phrasings) -> list[str]:
    return [misspell(phrasings.texts[row]) for row in misspelt_rows(phrasings)]


def _stack(rows: Sequence[Vector], dim: int) -> Matrix:
    return np.stack(rows) if rows else np.zeros((0, dim), dtype=np.float32)


def passage_of(entry: Entry) -> str:
    """Question and answer as one text, for questions that use the words of the answer."""
    return f"{entry.question}\n{plain(entry.answer).strip()[:_LONGEST_ANSWER]}"


def phrasings_of(entries: Sequence[Entry]) -> Phrasings:
    texts = tuple(text for entry in entries for text in entry.phrasings)
    owners = np.repeat(np.arange(len(entries)), [len(entry.phrasings) for entry in entries])
    return Phrasings(texts, owners, tuple(entry.answer for entry in entries))


def build_index(
    entries: Sequence[Entry],
    encoder: Encoder,
    *,
    max_wrong: float = 0.10,
    progress: Progress | None = None,
) -> FaqIndex:
    """An index in memory only; `build_snapshot` makes one that lasts."""
    partitions = build_partitions(entries, encoder, max_wrong=max_wrong, progress=progress)
    return FaqIndex(partitions, encoder, version="unsaved", built_at=datetime.now(UTC))


def _encode(
    entries: Sequence[Entry], encoder: Encoder, known: Mapping[str, Vector], tell: Progress
) -> dict[str, Vector]:
    texts = dict.fromkeys(text for entry in entries for text in entry.phrasings)
    texts |= dict.fromkeys(map(passage_of, entries))
    for language in {entry.language for entry in entries}:
        own = [entry for entry in entries if entry.language == language]
        texts |= dict.fromkeys(misspelt_of(phrasings_of(own)))
    vectors = {text: known[text] for text in texts if text in known}
    new = [text for text in texts if text not in vectors]
    for start in range(0, len(new), _BATCH):
        tell("encoding", start, len(new))
        batch = new[start : start + _BATCH]
        vectors.update(zip(batch, encoder.encode_questions(batch), strict=True))
    tell("encoding", len(new), len(new))
    return vectors


def _silent(stage: str, done: int, total: int) -> None:
    """For callers who do not watch."""
