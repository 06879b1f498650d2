"""Measure an FAQ with questions whose answers are known, just as a live turn decides them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from faq_index.building import Progress, build_index, silent
from faq_index.decision import Decision, Suggest
from faq_index.diagnosis import (
    Bin,
    Confusion,
    RiskAt,
    calibration_error,
    confusions,
    reliability,
    risk_coverage,
)
from faq_index.encoder import Encoder
from faq_index.entry import Entry
from faq_index.errors import InvalidFaq, Problem
from faq_index.labels import read_labels
from faq_index.loader import load_faq
from faq_index.metrics import Outcome, measure
from faq_index.read_ahead import ReadAhead
from faq_index.tuned import Score
from faq_index.tuning import tune_encoder

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Question:
    """`relevant` holds the ids of the entries that answer it; none when it is out of scope."""

    text: str
    language: str | None
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What became of the questions. `threshold` is the one in force, the first language's."""

    metrics: dict[str, float | int]
    predictions: list[dict[str, Any]]
    reliability: list[Bin]
    confusions: list[Confusion]
    curve: list[RiskAt]
    threshold: float
    # How well held-out phrasings were found before and after tuning, if that was asked for.
    tuned: tuple[Score, Score] | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            **self.metrics,
            "threshold": self.threshold,
            **({"tuned": [each._asdict() for each in self.tuned]} if self.tuned else {}),
            "reliability": [asdict(each) for each in self.reliability],
            "confusions": [asdict(each) for each in self.confusions],
            "risk_coverage": [asdict(each) for each in self.curve],
        }

    def write_predictions(self, path: Path) -> None:
        """One JSON object a line, in the order of the questions."""
        lines = (json.dumps(each, ensure_ascii=False) for each in self.predictions)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def evaluate(
    faq: Path,
    queries: Path,
    encoder: Encoder,
    max_wrong: float = 0.10,
    progress: Progress | None = None,
    labels: Path | None = None,
    tune: bool = False,
) -> Evaluation:
    """`faq` is a folder of FAQ files or a .jsonl of entries, `queries` a .jsonl of questions,
    `labels` one of judged questions to recalibrate by before; `tune` the encoder with the FAQ.

    Raises InvalidFaq or InvalidLabels when one of them cannot be read, and CannotTune.
    """
    judged = read_labels(labels) if labels else []
    entries = load_faq(faq) if faq.is_dir() else read_entries(faq)
    questions = read_questions(queries)
    tuned = tune_encoder(entries, encoder, progress or silent, max_wrong) if tune else None
    ahead = ReadAhead(tuned.encoder if tuned else encoder)
    index = build_index(entries, ahead, max_wrong=max_wrong, progress=progress)
    if judged:
        ahead.read([label.question for label in judged])
        index = index.recalibrated(judged, max_wrong=max_wrong)
    default = index.languages[0] if len(index.languages) == 1 else ""
    decisions: list[Decision] = []
    for start in range(0, len(questions), _BATCH):
        if progress is not None:
            progress("asking", start, len(questions))
        batch = questions[start : start + _BATCH]
        decisions += index.decide_all([(each.text, each.language or default) for each in batch])
    if progress is not None:
        progress("asking", len(questions), len(questions))
    outcomes = [_outcome(q, d) for q, d in zip(questions, decisions, strict=True)]
    bins = reliability(outcomes)
    return Evaluation(
        measure(outcomes) | {"calibration_error": calibration_error(bins)},
        [_prediction(decision) for decision in decisions],
        bins,
        confusions(outcomes),
        risk_coverage(outcomes),
        index.thresholds[index.languages[0]],
        tuned.tuning.scores if tuned else None,
    )


def read_entries(path: Path) -> list[Entry]:
    """Lines of {"id", "questions": [...], "answer", "lang" or "language", "category"}."""
    entries = []
    for number, raw in _lines(path):
        questions = raw.get("questions")
        if not isinstance(raw.get("id"), str) or not isinstance(questions, list) or not questions:
            raise _invalid(path, number, "this line needs `id` and a list of `questions`")
        entries.append(
            Entry(
                id=raw["id"],
                language=str(raw.get("language") or raw.get("lang") or "en"),
                topic=str(raw.get("category") or ""),
                question=str(questions[0]),
                also_asked=tuple(map(str, questions[1:])),
                answer=str(raw.get("answer") or ""),
                line=number,
            )
        )
    if not entries:
        raise _invalid(path, 1, "this file holds no entry")
    return entries


def read_questions(path: Path) -> list[Question]:
    """Lines of {"query", "relevant": [ids], "language"}; the language may be missing."""
    questions = []
    for number, raw in _lines(path):
        relevant = raw.get("relevant")
        if not isinstance(raw.get("query"), str) or not isinstance(relevant, list):
            raise _invalid(path, number, "this line needs `query` and a list `relevant` of ids")
        language = raw.get("language") or raw.get("lang")
        questions.append(
            Question(raw["query"], str(language) if language else None, frozenset(relevant))
        )
    return questions


def _lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _invalid(path, 1, f"this file cannot be read: {error}") from error
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise _invalid(path, number, f"this line is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise _invalid(path, number, "this line is not a JSON object")
        rows.append((number, row))
    return rows


def _invalid(path: Path, line: int, message: str) -> InvalidFaq:
    return InvalidFaq([Problem(path.as_posix(), line, 1, message)])


def _outcome(question: Question, decision: Decision) -> Outcome:
    candidates = decision.candidates
    return Outcome(
        question.relevant,
        tuple(candidate.entry.id for candidate in candidates),
        candidates[0].confidence if candidates else 0.0,
        decision.kind,
        decision.offered if isinstance(decision, Suggest) else 0,
    )


def _prediction(decision: Decision) -> dict[str, Any]:
    candidates = [
        {"id": each.entry.id, "confidence": each.confidence} for each in decision.candidates
    ]
    return {
        "candidates": candidates,
        "confidence": candidates[0]["confidence"] if candidates else 0.0,
        "decision": decision.kind,
    }
