"""The file of questions that a change must not break."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from faq_index.changes import Asked, Golden
from faq_index.errors import InvalidFaq, Problem

_LISTS = ("must_answer", "must_not_answer")


def read_golden(path: Path) -> list[Golden]:
    """`must_answer`: [{ask, language, entry}], `must_not_answer`: [{ask, language}].

    Raises InvalidFaq with every bad line.
    """
    try:
        raw = YAML(typ="rt").load(path.read_text(encoding="utf-8-sig")) or {}
    except (YAMLError, UnicodeDecodeError) as error:
        raise InvalidFaq([_problem(path, 1, f"this file is not YAML: {_line(error)}")]) from error
    if not isinstance(raw, dict) or set(raw) - set(_LISTS):
        raise InvalidFaq([_problem(path, 1, f"only {' and '.join(_LISTS)} are known here")])
    found: list[Golden] = []
    problems: list[Problem] = []
    for name in _LISTS:
        rows: Any = raw.get(name) or []
        if not isinstance(rows, list):
            problems.append(_problem(path, 1, f"`{name}` must be a list"))
            continue
        for place, row in enumerate(rows):
            wanted = ("ask", "language", "entry") if name == "must_answer" else ("ask", "language")
            if isinstance(row, dict) and _is_whole(row, wanted):
                found.append(Golden(Asked(row["ask"], row["language"]), row.get("entry")))
            else:
                line = _line_of(rows, place)
                problems.append(_problem(path, line, f"`{name}` needs {', '.join(wanted)} as text"))
    if problems:
        raise InvalidFaq(problems)
    return found


def _line_of(rows: Any, place: int) -> int:
    return int(rows.lc.item(place)[0]) + 1


def _is_whole(row: dict[str, Any], wanted: tuple[str, ...]) -> bool:
    return set(row) == set(wanted) and all(isinstance(row[key], str) and row[key] for key in wanted)


def _problem(path: Path, line: int, message: str) -> Problem:
    return Problem(path.as_posix(), line, 1, message)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
