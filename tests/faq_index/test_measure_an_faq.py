"""An evaluation says how good the answers are, on questions whose answers are known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from faq_index import InvalidFaq
from faq_index.evaluation import evaluate
from faq_index.metrics import Outcome, auroc, correct_at, measure
from tests.faq_index.fakes import GOOD, SHOP, TrigramEncoder, write_faq

SHOP_TEXTS = [text for texts in SHOP.values() for text in texts]


def write_lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    rows = [
        {"id": id, "questions": texts, "answer": "", "lang": "en"} for id, texts in SHOP.items()
    ]
    return write_lines(tmp_path / "faq.jsonl", *rows)


def test_it_works(tmp_path: Path, faq: Path) -> None:
    queries = write_lines(
        tmp_path / "queries.jsonl",
        {"query": "Where is my order?", "relevant": ["track-order"]},
        {"query": "forgot password", "relevant": ["reset-password"]},
        {"query": "xylophone quartz", "relevant": []},
    )
    found = evaluate(faq, queries, TrigramEncoder())
    assert found.metrics["questions"] == 3 and found.metrics["in_scope"] == 2
    assert found.metrics["hit@1"] == found.metrics["mrr@10"] == 1.0
    assert found.metrics["out_of_scope_answered"] == 0.0
    found.write_predictions(tmp_path / "predictions.jsonl")
    lines = (tmp_path / "predictions.jsonl").read_text().splitlines()
    first = json.loads(lines[0])
    assert len(lines) == 3 and first["decision"] == "answer"
    assert first["candidates"][0] == {"id": "track-order", "confidence": first["confidence"]}


def test_labels_are_learned_from_before_anything_is_asked(tmp_path: Path, faq: Path) -> None:
    queries = write_lines(
        tmp_path / "queries.jsonl", {"query": "track my parcels", "relevant": ["track-order"]}
    )
    judged = [{"query": f"{text} {n}", "relevant": []} for n in range(4) for text in SHOP_TEXTS]
    labels = write_lines(tmp_path / "labels.jsonl", *judged)
    alone = evaluate(faq, queries, TrigramEncoder())
    taught = evaluate(faq, queries, TrigramEncoder(), labels=labels)
    assert taught.predictions[0]["confidence"] < alone.predictions[0]["confidence"]
    assert taught.threshold >= alone.threshold


def test_it_says_how_sure_it_was_and_what_was_mistaken(tmp_path: Path, faq: Path) -> None:
    queries = write_lines(
        tmp_path / "queries.jsonl",
        {"query": "forgot my password", "relevant": ["gift-card"]},
        {"query": "track my parcel", "relevant": ["track-order"]},
    )
    told = evaluate(faq, queries, TrigramEncoder()).as_json()
    assert told["confusions"] == [
        {"meant": "gift-card", "found": "reset-password", "questions": 1, "answered": 1}
    ]
    assert sum(each["questions"] for each in told["reliability"]) == 2


def test_a_folder_of_faq_files_can_be_measured(tmp_path: Path) -> None:
    write_faq(tmp_path / "faq", GOOD)
    queries = write_lines(tmp_path / "q.jsonl", {"query": "cancel", "relevant": ["cancel-order"]})
    stages: list[str] = []
    found = evaluate(
        tmp_path / "faq", queries, TrigramEncoder(), progress=lambda stage, *_: stages.append(stage)
    )
    assert found.metrics["hit@1"] == 1.0
    assert stages[-1] == "asking"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [("{", "is not JSON"), ("[]", "is not a JSON object"), ('{"query": 1}', "needs `query`")],
)
def test_bad_questions_are_refused(tmp_path: Path, faq: Path, line: str, sentence: str) -> None:
    (tmp_path / "q.jsonl").write_text(f"\n{line}\n")
    with pytest.raises(InvalidFaq, match=rf"q\.jsonl:2:1: this line {sentence}"):
        evaluate(faq, tmp_path / "q.jsonl", TrigramEncoder())


def test_a_missing_file_is_refused(tmp_path: Path, faq: Path) -> None:
    with pytest.raises(InvalidFaq, match="cannot be read"):
        evaluate(faq, tmp_path / "none.jsonl", TrigramEncoder())


def outcome(found: str, relevant: str, confidence: float, decision: str = "answer") -> Outcome:
    return Outcome(frozenset(relevant), tuple(found), confidence, decision, offered=2)


def test_the_figures_are_what_they_say() -> None:
    figures = measure([
        outcome("ab", "a", 0.9),
        outcome("ab", "b", 0.8),
        outcome("ba", "a", 0.3, "suggest"),
        outcome("ab", "z", 0.2, "no_answer"),
        outcome("ab", "", 0.1, "no_answer"),
        outcome("ab", "", 0.7),
    ])  # fmt: skip
    assert figures["hit@1"] == 0.25 and figures["hit@3"] == 0.75
    assert figures["mrr@10"] == pytest.approx((1 + 0.5 + 0.5) / 4)
    assert figures["wrong_of_answered"] == pytest.approx(2 / 3)
    assert figures["answered_or_offered"] == 0.5
    assert figures["out_of_scope_refused"] == figures["out_of_scope_answered"] == 0.5


def test_auroc_counts_pairs_and_halves_ties() -> None:
    right = np.array([True, False, True, False])
    assert auroc(np.array([0.9, 0.1, 0.5, 0.5]), right) == pytest.approx(3.5 / 4)
    assert auroc(np.array([0.9, 0.1]), np.array([True, True])) == 0.5


def test_correct_at_does_not_split_equal_confidences() -> None:
    confidence = np.array([0.9] * 10 + [0.5] * 10)
    right = np.array([True] * 10 + [True] * 5 + [False] * 5)
    assert correct_at(confidence, right, 0.95) == 10
    assert correct_at(confidence, right, 0.75) == 15
    assert correct_at(np.array([]), np.array([], dtype=bool), 0.8) == 0
