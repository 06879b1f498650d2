"""What people said of questions: which entries answer one, or which do not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from faq_index.errors import InvalidLabels

Source = Literal["feedback", "agent", "lead", "file"]
SOURCES: tuple[Source, ...] = get_args(Source)


@dataclass(frozen=True, slots=True)
class Label:
    """A question with what is known of its answer.

    `relevant` are the ids of the entries that answer it. Without any, `rejected` are entries that
    do not, the right one being unknown; without both, no entry answers it. `previous` is the entry
    that had been answered before, for questions that follow one up. `at` has a time zone.
    """

    question: str = field(repr=False)
    relevant: frozenset[str] = frozenset()
    rejected: frozenset[str] = frozenset()
    language: str | None = None
    previous: str | None = None
    at: datetime | None = None
    source: Source = "file"

    def __post_init__(self) -> None:
        if self.relevant and self.rejected:
            raise ValueError("`rejected` is only for a question whose right entry is unknown")

    def verdict_on(self, entry_id: str) -> bool | None:
        """Whether this entry is the answer; None when the label does not tell."""
        if self.relevant:
            return entry_id in self.relevant
        return None if self.rejected and entry_id not in self.rejected else False


def read_labels(path: Path) -> list[Label]:
    """Lines of {"query", "relevant": [ids]}, with "rejected": [ids], "language", "previous" and
    "at" (ISO 8601; UTC where it names no zone) if wanted. Other keys are left alone.

    Raises InvalidLabels with every bad line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidLabels([f"{path.as_posix()}:1: this file is not UTF-8"]) from error
    labels, problems = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            labels.append(_label(line))
        except ValueError as error:
            problems.append(f"{path.as_posix()}:{number}: {error}")
    if problems:
        raise InvalidLabels(problems)
    return labels


def write_labels(path: Path, labels: Iterable[Label]) -> None:
    """What `read_labels` reads; the source is not kept, for a file becomes one itself."""
    lines = (json.dumps(_as_json(label), ensure_ascii=False) for label in labels)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _label(line: str) -> Label:
    try:
        raw = json.loads(line)
    except ValueError:
        raise ValueError("this line is not JSON") from None
    if not isinstance(raw, dict):
        raise ValueError("this line is not a JSON object")
    question = raw.get("query")
    if not isinstance(question, str) or not question.strip():
        raise ValueError("`query` must be the question's text")
    if "relevant" not in raw and "rejected" not in raw:
        raise ValueError("this line needs `relevant`, a list of ids, or `rejected`")
    return Label(
        question=question,
        relevant=_ids(raw, "relevant"),
        rejected=_ids(raw, "rejected"),
        language=_text(raw, "language"),
        previous=_text(raw, "previous"),
        at=_moment(raw),
    )


def _ids(raw: dict[str, Any], key: str) -> frozenset[str]:
    ids = raw.get(key, [])
    if not isinstance(ids, list) or not all(isinstance(each, str) and each for each in ids):
        raise ValueError(f"`{key}` must be a list of ids")
    return frozenset(ids)


def _text(raw: dict[str, Any], key: str) -> str | None:
    value = raw.get(key)
    if value is None or (isinstance(value, str) and value):
        return value
    raise ValueError(f"`{key}` must be a text")


def _moment(raw: dict[str, Any]) -> datetime | None:
    value = _text(raw, "at")
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("`at` must be a time such as 2026-11-20T09:30:00+09:00") from None


def _as_json(label: Label) -> dict[str, Any]:
    optional = {
        "rejected": sorted(label.rejected),
        "language": label.language,
        "previous": label.previous,
        "at": label.at and label.at.isoformat(),
    }
    known = {"query": label.question, "relevant": sorted(label.relevant)}
    return known | {key: value for key, value in optional.items() if value}
