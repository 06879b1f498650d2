"""A lead collects questions with their answers in a file."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq_index import InvalidLabels, Label, read_labels, write_labels

# Other programs may hold up a single example.
QUICKLY = settings(deadline=None, max_examples=40)
Ids = st.frozensets(st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True), max_size=3)
Texts = st.text(min_size=1).filter(str.strip)
Labels = st.builds(
    lambda relevant, rejected, **rest: Label(
        relevant=relevant, rejected=frozenset() if relevant else rejected, **rest
    ),
    relevant=Ids,
    rejected=Ids,
    question=Texts,
    language=st.none() | st.sampled_from(["en", "ja"]),
    previous=st.none() | st.just("track-order"),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
)


def written(folder: Path, *lines: str) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_it_works(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '{"query": "where is it", "relevant": ["track-order"], "split": "test"}',
        '{"query": "注文は？", "relevant": [], "language": "ja", "at": "2026-11-20T09:30+09:00"}',
        "",
        '{"query": "and abroad?", "rejected": ["track-order"], "previous": "shipping"}',
    )
    known, nothing, wrong = read_labels(path)
    assert known.verdict_on("track-order") is True and known.verdict_on("refund") is False
    assert nothing.verdict_on("track-order") is False
    assert nothing.at == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    assert wrong.verdict_on("track-order") is False and wrong.verdict_on("refund") is None
    assert wrong.previous == "shipping" and wrong.source == "file"


@QUICKLY
@given(st.lists(Labels, max_size=5))
def test_what_is_written_is_read_again(labels: list[Label]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labels.jsonl"
        write_labels(path, labels)
        assert read_labels(path) == labels


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "this line is not JSON"),
        ("[]", "this line is not a JSON object"),
        ('{"relevant": []}', "`query` must be the question's text"),
        ('{"query": " ", "relevant": []}', "`query` must be the question's text"),
        ('{"query": "q"}', "this line needs `relevant`, a list of ids, or `rejected`"),
        ('{"query": "q", "relevant": "a"}', "`relevant` must be a list of ids"),
        ('{"query": "q", "relevant": [1]}', "`relevant` must be a list of ids"),
        ('{"query": "q", "relevant": [], "language": 1}', "`language` must be a text"),
        (
            '{"query": "q", "relevant": [], "at": "yesterday"}',
            "`at` must be a time such as 2026-11-20T09:30:00+09:00",
        ),
        (
            '{"query": "q", "relevant": ["a"], "rejected": ["b"]}',
            "`rejected` is only for a question whose right entry is unknown",
        ),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    path = written(tmp_path, '{"query": "q", "relevant": []}', line)
    with pytest.raises(InvalidLabels) as refused:
        read_labels(path)
    assert str(refused.value) == f"{path}:2: {sentence}"


def test_every_bad_line_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidLabels) as refused:
        read_labels(written(tmp_path, "{", json.dumps({"query": "q", "relevant": []}), "{"))
    assert [problem.split(": ")[0][-2:] for problem in refused.value.problems] == [":1", ":3"]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidLabels, match="this file is not UTF-8"):
        read_labels(path)


def test_the_question_does_not_get_into_a_log() -> None:
    assert "secret" not in repr(Label("my secret question"))
