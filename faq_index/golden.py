"""The file of questions that a change must not break."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
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


def add_golden(path: Path, questions: Sequence[Golden]) -> None:
    """Write more of them into the file, which may not be there yet; its comments stay, and a
    question that stands there already is replaced.

    Raises InvalidFaq for a file that cannot be read as it is.
    """
    known = read_golden(path) if path.exists() else []
    yaml = YAML(typ="rt")
    yaml.width = 4096
    raw: Any = yaml.load(path.read_text(encoding="utf-8-sig")) if path.exists() else None
    raw = CommentedMap() if raw is None else raw
    new = {(each.asked.text, each.asked.language): each for each in questions}
    for name in _LISTS if known else ():
        rows = raw.get(name) or []
        for place in reversed(range(len(rows))):
            if (rows[place]["ask"], rows[place]["language"]) in new:
                del rows[place]
    for (text, language), each in new.items():
        row = CommentedMap({"ask": text, "language": language})
        if each.entry is not None:
            row["entry"] = each.entry
        row.fa.set_flow_style()
        raw.setdefault(_LISTS[each.entry is None], []).append(row)
    for name in [name for name in _LISTS if name in raw and not raw[name]]:
        del raw[name]
    with atomically(path) as file:
        yaml.dump(raw, file)
    read_golden(path)


@contextmanager
def atomically(path: Path) -> Iterator[TextIO]:
    """A file that takes the place of another one when it has been written whole."""
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("w", encoding="utf-8") as file:
            yield file
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def _line_of(rows: Any, place: int) -> int:
    return int(rows.lc.item(place)[0]) + 1


def _is_whole(row: dict[str, Any], wanted: tuple[str, ...]) -> bool:
    return set(row) == set(wanted) and all(isinstance(row[key], str) and row[key] for key in wanted)


def _problem(path: Path, line: int, message: str) -> Problem:
    return Problem(path.as_posix(), line, 1, message)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
