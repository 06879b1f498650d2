"""Changes to FAQ files that leave everything else in them as it was written.

Lines are changed where they stand, found by the parser's own marks: comments, order and style of a
file stay. A change is checked with all files before it is written, and written whole or not at all.
What is changed is said in `editing`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from faq_index.entry import Entry
from faq_index.errors import CannotWrite, InvalidFaq
from faq_index.loader import faq_files, load_faq

Change = Callable[[str], str]


def write(
    folder: Path,
    path: Path,
    change: Change,
    is_wanted: Callable[[Sequence[Entry]], bool],
    *,
    only_try: bool = False,
) -> list[Entry]:
    """Change a file if all files are good with it and what they then say `is_wanted`; that is
    returned. With `only_try` nothing is written.

    Raises CannotWrite and InvalidFaq; the file is then as it was.
    """
    before = path.read_bytes()
    text = before.decode("utf-8-sig").replace("\r\n", "\n")
    changed = change(text)
    data = changed.replace("\n", "\r\n").encode() if b"\r\n" in before else changed.encode()
    found = check(folder, {path: data})
    if not is_wanted(found):
        raise CannotWrite(f"{path.name} is written in a way that only a person can change.")
    if only_try:
        return found
    # Hidden, so that nobody takes the half-written file for one of the FAQ.
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(data)
    shutil.copymode(path, new)
    if path.read_bytes() != before:
        new.unlink()
        raise CannotWrite(f"{path.name} was changed by somebody else meanwhile: try again.")
    os.replace(new, path)
    return found


def check(folder: Path, changed: Mapping[Path, bytes]) -> list[Entry]:
    """What all files would say. Raises InvalidFaq."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place)
        for each in sorted({*faq_files(folder), *changed}):
            target = copy / each.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(changed[each] if each in changed else each.read_bytes())
        try:
            return load_faq(copy)
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


def root(text: str) -> Any:
    return YAML(typ="rt").compose(text)


def entries_of(text: str) -> list[MappingNode]:
    faqs = child(root(text), "faqs")
    return [item for item in faqs.value if isinstance(item, MappingNode)]


def child(mapping: Any, key: str) -> Any:
    return next((value for name, value in mapping.value if name.value == key), None)


def value_of(mapping: MappingNode, key: str) -> str | None:
    found = child(mapping, key)
    return found.value if isinstance(found, ScalarNode) else None


def end_line(node: Any) -> int:
    """The number of the line after a node, without the blank lines and comments that follow it."""
    if isinstance(node, MappingNode) and not node.flow_style:
        return max(end_line(value) for _, value in node.value)
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return end_line(node.value[-1])
    mark = node.end_mark
    return int(mark.line) + (1 if mark.column > 0 else 0)


def insert(text: str, line: int, new: Sequence[str]) -> str:
    lines = text.split("\n")
    while line > 0 and not lines[line - 1].strip():
        line -= 1
    return "\n".join([*lines[:line], *new, *lines[line:]])
