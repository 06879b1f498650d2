"""Changes to FAQ files that leave everything else in them as it was written.

Lines are added where they belong, found by the parser's own marks: comments, order and style of a
file stay. A change is checked with all files before it is written, and written whole or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from faq_index.errors import CannotWrite, InvalidFaq
from faq_index.loader import faq_files, load_faq

_STEP = 2
Change = Callable[[str], str]


def add_phrasings(folder: Path, entry_id: str, language: str, texts: Sequence[str]) -> Path:
    """Add ways to ask an entry to its `also_asked`; returns its file.

    Raises CannotWrite for an entry that no file has, InvalidFaq when a phrasing is another one's.
    """
    path = _file_of(folder, entry_id, language)

    def change(text: str) -> str:
        entry = next(item for item in _entries(text) if _value(item, "id") == entry_id)
        return _with_items(text, entry, texts)

    return _write(folder, path, change)


def add_entry(folder: Path, path: Path, entry_id: str, question: str, answer: str) -> Path:
    """Put a new entry at the end of one of the folder's files.

    Raises CannotWrite for another file, InvalidFaq for an entry that is not allowed.
    """
    if path not in faq_files(folder):
        raise CannotWrite(f"{path.name} is not a file of the FAQ.")

    def change(text: str) -> str:
        faqs = _child(_root(text), "faqs")
        if not isinstance(faqs, SequenceNode) or faqs.flow_style or not faqs.value:
            raise CannotWrite(f"{path.name} has no list of entries in lines of their own.")
        indent = " " * faqs.start_mark.column
        lines = [
            f"{indent}- id: {_quoted(entry_id)}",
            f"{indent}  question: {_quoted(question)}",
            *_answer(answer, len(indent) + _STEP),
        ]
        return _insert(text, _end_line(faqs.value[-1]), ["", *lines])

    return _write(folder, path, change)


def _write(folder: Path, path: Path, change: Change) -> Path:
    before = path.read_bytes()
    text = before.decode("utf-8-sig").replace("\r\n", "\n")
    changed = change(text)
    data = changed.replace("\n", "\r\n").encode() if b"\r\n" in before else changed.encode()
    _check(folder, path, data)
    # Hidden, so that nobody takes the half-written file for one of the FAQ.
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(data)
    shutil.copymode(path, new)
    if path.read_bytes() != before:
        new.unlink()
        raise CannotWrite(f"{path.name} was changed by somebody else meanwhile: try again.")
    os.replace(new, path)
    return path


def _check(folder: Path, path: Path, data: bytes) -> None:
    """All files as they would be."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place)
        for each in faq_files(folder):
            target = copy / each.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data if each == path else each.read_bytes())
        try:
            load_faq(copy)
        except InvalidFaq as error:
            own, real = copy.as_posix(), folder.as_posix()
            raise InvalidFaq(
                replace(
                    problem,
                    file=problem.file.replace(own, real),
                    message=problem.message.replace(own, real),
                )
                for problem in error.problems
            ) from None


def _file_of(folder: Path, entry_id: str, language: str) -> Path:
    for entry in load_faq(folder):
        if (entry.id, entry.language) == (entry_id, language):
            return folder / entry.file
    raise CannotWrite(f"The FAQ has no entry `{entry_id}` in {language}.")


def _root(text: str) -> Any:
    return YAML(typ="rt").compose(text)


def _entries(text: str) -> list[MappingNode]:
    faqs = _child(_root(text), "faqs")
    return [item for item in faqs.value if isinstance(item, MappingNode)]


def _child(mapping: Any, key: str) -> Any:
    return next((value for name, value in mapping.value if name.value == key), None)


def _value(mapping: MappingNode, key: str) -> str | None:
    child = _child(mapping, key)
    return child.value if isinstance(child, ScalarNode) else None


def _with_items(text: str, entry: MappingNode, items: Sequence[str]) -> str:
    known = _child(entry, "also_asked")
    if isinstance(known, SequenceNode) and known.flow_style:
        end = known.end_mark.index - 1
        start = ", " if known.value else ""
        return text[:end] + start + ", ".join(map(_quoted, items)) + text[end:]
    if isinstance(known, SequenceNode):
        indent = " " * known.start_mark.column
        return _insert(text, _end_line(known.value[-1]), [f"{indent}- {_quoted(x)}" for x in items])
    if known is not None or entry.flow_style:
        raise CannotWrite(f"The entry `{_value(entry, 'id')}` is not written in lines of its own.")
    indent = " " * entry.start_mark.column
    lines = [f"{indent}also_asked:", *(f"{indent}  - {_quoted(item)}" for item in items)]
    return _insert(text, _end_line(_child(entry, "question")), lines)


def _end_line(node: Any) -> int:
    """The number of the line after a node, without the blank lines and comments that follow it."""
    if isinstance(node, MappingNode) and not node.flow_style:
        return max(_end_line(value) for _, value in node.value)
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return _end_line(node.value[-1])
    mark = node.end_mark
    return int(mark.line) + (1 if mark.column > 0 else 0)


def _insert(text: str, line: int, new: Sequence[str]) -> str:
    lines = text.split("\n")
    while line > 0 and not lines[line - 1].strip():
        line -= 1
    return "\n".join([*lines[:line], *new, *lines[line:]])


def _quoted(text: str) -> str:
    """YAML takes a JSON string as it is."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _answer(answer: str, indent: int) -> list[str]:
    space = " " * indent
    lines = answer.strip().replace("\r\n", "\n").split("\n")
    return [f"{space}answer: |", *(f"{space}  {line.strip()}".rstrip() for line in lines)]
