"""What a change of the FAQ would do to questions that customers have really asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from faq_index.decision import Answer, Decision, Suggest
from faq_index.index import FaqIndex
from faq_index.labels import Label
from faq_index.sightings import Sightings
from faq_index.text import phrasing_key

Kind = Literal[
    "other_answer", "newly_answered", "newly_ambiguous", "newly_refused", "newly_offered",
    "other_choices",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "other_answer", "newly_refused", "newly_ambiguous", "newly_answered", "newly_offered",
    "other_choices",
)  # fmt: skip
Verdict = Literal["better", "worse"]
Tell = Callable[[int, int], None]
_BATCH = 2048
_RESAMPLES = 2000
_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in its language, and how often it was asked: a phrasing of the FAQ 0 times."""

    text: str
    language: str
    times: int = 1


def with_phrasings(past: Sequence[Asked], *indexes: FaqIndex) -> list[Asked]:
    """Past questions, and behind them the phrasings of these indexes, each once."""
    known = {(each.text, each.language) for each in past}
    words = dict.fromkeys(
        (text, entry.language)
        for index in indexes
        for entry in index.entries()
        for text in entry.phrasings
    )
    return [*past, *(Asked(*each, 0) for each in words if each not in known)]


@dataclass(frozen=True, slots=True)
class Said:
    """What an index says: its kind, the entry or entries, and how likely an answer is right."""

    kind: str
    entries: tuple[str, ...]
    confidence: float

    @classmethod
    def of(cls, decision: Decision) -> Said:
        if isinstance(decision, Answer):
            return cls(decision.kind, (decision.entry.id,), decision.p)
        if isinstance(decision, Suggest):
            return cls(decision.kind, tuple(sorted(e.id for e in decision.entries)), 0.0)
        return cls(decision.kind, (), 0.0)


@dataclass(frozen=True, slots=True)
class Change:
    """One question that is treated in another way; `verdict` only where a label tells."""

    kind: Kind
    asked: Asked
    before: Said
    after: Said
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Expected:
    """How the share of all questions that are answered rightly would change, with the 95 % interval
    of a bootstrap over the questions, and the share of them for which no label tells."""

    change: float
    low: float
    high: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """`changes` by kind and how often they were asked; `expected` without any question is None."""

    questions: int
    times: int
    changes: tuple[Change, ...]
    expected: Expected | None

    def counts(self) -> dict[Kind, tuple[int, int]]:
        """Of each kind the questions, and how often these were asked."""
        number, times = Counter[Kind](), Counter[Kind]()
        for change in self.changes:
            number[change.kind] += 1
            times[change.kind] += change.asked.times
        return {kind: (number[kind], times[kind]) for kind in KINDS if number[kind]}


def compare(
    before: FaqIndex,
    after: FaqIndex,
    asked: Sequence[Asked],
    labels: Sequence[Label],
    tell: Tell,
    sightings: Sightings | None = None,
    most: int | None = None,
) -> Comparison:
    """Quickest when both indexes have been built with one `ReadAhead`, and with `sightings` of
    earlier comparisons, which learn what this one finds. When about `most` have been looked up that
    were not remembered, those that stand behind are left out."""
    met = sightings or Sightings()
    total = 0
    known = {(phrasing_key(label.question), label.language): label for label in labels}
    changes, gains, weights, told = [], [], [], []
    batches = [asked[start : start + _BATCH] for start in range(0, len(asked), _BATCH)]
    pairs = [[(each.text, each.language) for each in batch] for batch in batches]
    alike = met.alike(before, after, pairs)
    for batch in batches:
        tell(total, len(asked))
        if most is not None and met.asked >= most:
            break
        total += len(batch)
        same = next(alike)
        others = [each for each, is_same in zip(batch, same, strict=True) if not is_same]
        said = _said(before, after, others, met)
        for question, is_same in zip(batch, same, strict=True):
            weights.append(question.times)
            if is_same:
                gains.append(0.0)
                told.append(True)
                continue
            was, now = next(said)
            key = phrasing_key(question.text)
            label = known.get((key, question.language)) or known.get((key, None))
            kind = _kind(was, now)
            # The same answer is as right as before, whatever the indexes think of it.
            gains.append(_right(now, label) - _right(was, label) if kind else 0.0)
            told.append(label is not None or kind is None)
            if kind is not None:
                changes.append(Change(kind, question, was, now, _verdict(was, now, label)))
    tell(len(asked), len(asked))
    changes.sort(key=lambda c: (KINDS.index(c.kind), -c.asked.times, c.asked.text))
    return Comparison(
        total,
        sum(weights),
        tuple(changes),
        _expected(np.array(gains), np.array(weights, float), np.array(told, bool)),
    )


def _said(
    before: FaqIndex, after: FaqIndex, asked: Sequence[Asked], met: Sightings
) -> Iterator[tuple[Said, Said]]:
    pairs = [(each.text, each.language) for each in asked]
    return zip(
        map(Said.of, before.decide_all(pairs, sights=met.of_live)),
        map(Said.of, after.decide_all(pairs, sights=met.of_changed)),
        strict=True,
    )


def _kind(was: Said, now: Said) -> Kind | None:
    if (was.kind, was.entries) == (now.kind, now.entries):
        return None
    kinds: Mapping[tuple[str, str], Kind] = {
        ("answer", "answer"): "other_answer",
        ("answer", "suggest"): "newly_ambiguous",
        ("answer", "no_answer"): "newly_refused",
        ("suggest", "answer"): "newly_answered",
        ("suggest", "suggest"): "other_choices",
        ("suggest", "no_answer"): "newly_refused",
        ("no_answer", "answer"): "newly_answered",
        ("no_answer", "suggest"): "newly_offered",
    }
    return kinds[was.kind, now.kind]


def _right(said: Said, label: Label | None) -> float:
    """How likely the question is answered rightly: by a label where one tells, else by the index's
    own probability, which its promise speaks of."""
    if said.kind != "answer":
        return 0.0
    verdict = label.verdict_on(said.entries[0]) if label else None
    return said.confidence if verdict is None else float(verdict)


def _verdict(was: Said, now: Said, label: Label | None) -> Verdict | None:
    if label is None:
        return None
    before, after = _worth(was, label), _worth(now, label)
    if before is None or after is None or before == after:
        return None
    return "better" if after > before else "worse"


def _worth(said: Said, label: Label) -> int | None:
    """A right answer is worth more than the right one among choices, that more than nothing, and
    nothing more than a wrong answer. None where the label does not tell."""
    if said.kind == "no_answer":
        return 0
    verdicts = [label.verdict_on(entry) for entry in said.entries]
    if None in verdicts:
        return None
    if said.kind == "answer":
        return 2 if verdicts[0] else -1
    return 1 if any(verdicts) else 0


def _expected(gains: np.ndarray, weights: np.ndarray, told: np.ndarray) -> Expected | None:
    """Questions are drawn again by how often they were asked (Efron, 1979)."""
    if not len(gains) or not weights.sum():
        return None
    shares = weights / weights.sum()
    # Those that nothing changes for are drawn as one: tens of thousands would fill the memory.
    told_apart = np.flatnonzero(gains)
    drawn = np.append(shares[told_apart], 1.0 - shares[told_apart].sum()).clip(0.0, 1.0)
    draws = np.random.default_rng(_SEED).multinomial(int(weights.sum()), drawn, _RESAMPLES)
    means = draws[:, :-1] @ gains[told_apart] / weights.sum()
    low, high = np.quantile(means, (0.025, 0.975))
    unknown = float(shares[~told].sum())
    return Expected(float(shares @ gains), float(low), float(high), unknown)


# The golden set


@dataclass(frozen=True, slots=True)
class Golden:
    """A question that must be answered by `entry`, or, without one, must not be answered."""

    asked: Asked
    entry: str | None


def broken(index: FaqIndex, golden: Sequence[Golden]) -> list[tuple[Golden, Said]]:
    """Those that the index does not keep, with what it says instead."""
    found = []
    decisions = index.decide_all([(each.asked.text, each.asked.language) for each in golden])
    for each, said in zip(golden, map(Said.of, decisions), strict=True):
        kept = said.kind != "answer" if each.entry is None else said.entries == (each.entry,)
        if not kept or (each.entry is not None and said.kind != "answer"):
            found.append((each, said))
    return found
