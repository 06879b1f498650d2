"""What labels teach about an index: each language's correction, and the promise it allows."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np

from faq_index.confidence import Flags
from faq_index.decision import Decision
from faq_index.labels import Label
from faq_index.promise import Promise, risk_controlled_threshold
from faq_index.recalibration import Correction, learn_correction

_FOLDS = 5
# Labels on one entry tell less than as many on different ones: what is odd about the entry is in
# all of them. Their correlation, for entries that differ by about one unit of log odds: its
# variance 1 of 1 + pi^2 / 3.
_ALIKE = 0.2
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
    def thresholds(self) -> Mapping[str, float]: ...
    def decide(self, question: str, language: str, *, previous: str | None = ...) -> Decision: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """A label beside what the index says: the language, id and probability of its first candidate
    and whether that is right. `exact`: the question is a phrasing of the entry, always answered."""

    language: str
    entry: str
    p: float
    right: bool
    exact: bool
    fold: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Lesson:
    correction: Correction
    promise: Promise


def learn(
    index: Asked, labels: Sequence[Label], max_wrong: float, now: datetime
) -> dict[str, Lesson]:
    """By language, for every language of the index. Takes as long as asking all the labels."""
    judged = judge(index, labels)
    return {
        language: _lesson(
            [each for each in judged if each.language == language],
            language,
            index.thresholds[language],
            max_wrong,
            now,
        )
        for language in index.languages
    }


def judge(index: Asked, labels: Sequence[Label]) -> list[Judged]:
    """Oldest first; labels that do not tell about what the index finds are left out."""
    newest = sorted(labels, key=lambda label: label.at or _LONG_AGO)[-MOST:]
    found = (_judge(index, label) for label in newest)
    return [each for each in found if each is not None]


def _judge(index: Asked, label: Label) -> Judged | None:
    language = label.language or (index.languages[0] if len(index.languages) == 1 else "")
    decision = index.decide(label.question, language, previous=label.previous)
    if not decision.candidates:
        return None
    first = decision.candidates[0]
    right = label.verdict_on(first.entry.id)
    if right is None:
        return None
    fold = zlib.crc32(label.question.encode("utf-8", "surrogatepass")) % _FOLDS
    exact = "exact" in first.signals
    entry = first.entry
    return Judged(entry.language, entry.id, first.confidence, right, exact, fold, label.at)


def _lesson(
    judged: Sequence[Judged], language: str, threshold: float, max_wrong: float, now: datetime
) -> Lesson:
    correction = _correction(judged, threshold, max_wrong)
    right = np.array([each.right for each in judged], dtype=bool)
    given = _answered_unseen(judged, threshold, max_wrong)
    recent = _recent(judged, now)
    earlier = judged[: len(judged) - recent]
    newest = judged[len(judged) - recent :]
    said = _answered(newest, _correction(earlier, threshold, max_wrong))
    dates = [each.at for each in judged if each.at is not None]
    p = np.array([1.0 if each.exact else each.p for each in judged])
    sure = risk_controlled_threshold(p, right, max_wrong)
    return Lesson(
        correction,
        Promise(
            language=language,
            max_wrong=max_wrong,
            threshold=correction.threshold,
            labels=len(judged),
            answers=int(given.sum()),
            wrong=int((given & ~right).sum()),
            newest=max(dates).date() if dates else None,
            recent_answers=int(said.sum()),
            recent_wrong=int((said & ~right[len(judged) - recent :]).sum()),
            sure_from=None if sure is None else correction.map.of(sure),
        ),
    )


def _correction(judged: Sequence[Judged], threshold: float, max_wrong: float) -> Correction:
    """An exact match has no probability that could be corrected."""
    open_ones = [each for each in judged if not each.exact]
    p = np.array([each.p for each in open_ones], dtype=np.float64)
    right = np.array([each.right for each in open_ones], dtype=bool)
    return learn_correction(p, right, threshold, max_wrong, _worth(open_ones))


def _worth(judged: Sequence[Judged]) -> float:
    """Of each label, in independent ones: one over the design effect of samples that come in
    clusters (Kish 1965)."""
    sizes = Counter(each.entry for each in judged).values()
    alike = sum(size * size for size in sizes) / max(1, sum(sizes))
    return 1.0 / (1.0 + max(0.0, alike - 1.0) * _ALIKE)


def _answered(judged: Sequence[Judged], correction: Correction) -> Flags:
    p = correction.map(np.array([each.p for each in judged], dtype=np.float64))
    exact = np.array([each.exact for each in judged], dtype=bool)
    given: Flags = (p >= correction.threshold) | exact
    return given


def _answered_unseen(judged: Sequence[Judged], threshold: float, max_wrong: float) -> Flags:
    """Which would be answered by a correction learned from the labels of the other folds: a
    threshold looks better than it is on the labels that it was chosen by."""
    given = np.zeros(len(judged), dtype=bool)
    folds = np.array([each.fold for each in judged])
    for fold in range(_FOLDS):
        others = [each for each in judged if each.fold != fold]
        own = [each for each in judged if each.fold == fold]
        given[folds == fold] = _answered(own, _correction(others, threshold, max_wrong))
    return given


def _recent(judged: Sequence[Judged], now: datetime) -> int:
    since = now - RECENT_FOR
    return min(RECENT, sum(each.at is not None and each.at >= since for each in judged))
