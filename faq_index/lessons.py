"""What labels teach about an index: each language's confidence, and the promise it allows."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np

from faq_index.confidence import CHOICES, Array, Confidence, Examples, Flags, with_labels
from faq_index.labels import Label
from faq_index.partition import Found, Partition
from faq_index.promise import Promise, risk_controlled_threshold

_FOLDS = 5
# Recent labels are the newest so many, none of them older than that.
RECENT = 100
RECENT_FOR = timedelta(days=90)
# Questions asked again at most, the newest: more of them tell hardly more, and take minutes.
MOST = 5000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Asked(Protocol):
    """An index as the FAQ alone taught it."""

    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def partitions(self) -> Mapping[str, Partition]: ...
    def found_alone(self, question: str, language: str) -> tuple[str, Found, str | None] | None: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """A label beside what the index finds: the language, whether the first candidate is right, and
    whether one of those to be offered is; `seen` are the features of the first. `exact`: the
    question is a phrasing of the entry, which is always answered."""

    language: str
    right: bool
    offered_right: bool
    exact: bool
    seen: Array
    fold: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Lesson:
    confidence: Confidence
    promise: Promise


def learn(
    index: Asked, labels: Sequence[Label], max_wrong: float, now: datetime
) -> dict[str, Lesson]:
    """By language, for every language of the index. Takes as long as asking all the labels."""
    judged = judge(index, labels)
    return {
        language: _lesson(
            [each for each in judged if each.language == language],
            language, index.partitions[language], max_wrong, now,
        )
        for language in index.languages
    }  # fmt: skip


def judge(index: Asked, labels: Sequence[Label]) -> list[Judged]:
    """Oldest first; labels that do not tell about what the index finds are left out."""
    newest = sorted(labels, key=lambda label: label.at or _LONG_AGO)[-MOST:]
    found = (_judge(index, label) for label in newest)
    return [each for each in found if each is not None]


def _judge(index: Asked, label: Label) -> Judged | None:
    language = label.language or (index.languages[0] if len(index.languages) == 1 else "")
    looked = index.found_alone(label.question, language)
    if looked is None:
        return None
    spoken, found, exact = looked
    ids = [hit.entry.id for hit in found.hits[:CHOICES]]
    right = label.verdict_on(exact or ids[0])
    if right is None or found.seen is None:
        return None
    offered = any(label.verdict_on(id) for id in ids)
    fold = zlib.crc32(label.question.encode("utf-8", "surrogatepass")) % _FOLDS
    return Judged(spoken, right, offered, exact is not None, found.seen, fold, label.at)


def _lesson(
    judged: Sequence[Judged], language: str, part: Partition, max_wrong: float, now: datetime
) -> Lesson:
    confidence = _learned(judged, part, max_wrong)
    right = np.array([each.right for each in judged], dtype=bool)
    given = _answered_unseen(judged, part, max_wrong)
    recent = _recent(judged, now)
    newest = judged[len(judged) - recent :]
    said = _answered(newest, _learned(judged[: len(judged) - recent], part, max_wrong))
    dates = [each.at for each in judged if each.at is not None]
    return Lesson(
        confidence,
        Promise(
            language=language,
            max_wrong=max_wrong,
            threshold=confidence.threshold,
            labels=len(judged),
            answers=int(given.sum()),
            wrong=int((given & ~right).sum()),
            newest=max(dates).date() if dates else None,
            recent_answers=int(said.sum()),
            recent_wrong=int((said & ~right[len(judged) - recent :]).sum()),
            sure_from=risk_controlled_threshold(_sure(judged, confidence), right, max_wrong),
        ),
    )


def _learned(judged: Sequence[Judged], part: Partition, max_wrong: float) -> Confidence:
    """An exact match is answered whatever is learned, so it has nothing to teach."""
    open_ones = [each for each in judged if not each.exact]
    labels = Examples(
        _features(open_ones, part),
        np.array([each.right for each in open_ones], dtype=bool),
        np.array([each.offered_right for each in open_ones], dtype=bool),
    )
    return with_labels(part.model.taught, labels, part.model.confidence, max_wrong)


def _features(judged: Sequence[Judged], part: Partition) -> Array:
    width = part.model.taught.examples.features.shape[1]
    return np.array([each.seen for each in judged], dtype=np.float64).reshape(-1, width)


def _sure(judged: Sequence[Judged], confidence: Confidence) -> Array:
    if not judged:
        return np.zeros(0)
    p = confidence.of_top(np.array([each.seen for each in judged]))
    return np.where([each.exact for each in judged], 1.0, p)


def _answered(judged: Sequence[Judged], confidence: Confidence) -> Flags:
    given: Flags = _sure(judged, confidence) >= confidence.threshold
    return given


def _answered_unseen(judged: Sequence[Judged], part: Partition, max_wrong: float) -> Flags:
    """Which would be answered by what the labels of the other folds teach: a threshold looks better
    than it is on the labels that it was chosen by."""
    given = np.zeros(len(judged), dtype=bool)
    folds = np.array([each.fold for each in judged])
    for fold in range(_FOLDS if len(judged) else 0):
        others = [each for each in judged if each.fold != fold]
        own = [each for each in judged if each.fold == fold]
        given[folds == fold] = _answered(own, _learned(others, part, max_wrong))
    return given


def _recent(judged: Sequence[Judged], now: datetime) -> int:
    since = now - RECENT_FOR
    return min(RECENT, sum(each.at is not None and each.at >= since for each in judged))
