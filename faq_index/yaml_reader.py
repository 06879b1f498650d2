"""YAML as people mean it: every scalar stays the text that was written.

Built on ruamel.yaml's event stream, so `no`, `0120-444-444`, `22:30` and `1.10` are strings,
a repeated key is seen, every value knows its line, and neither depth nor aliases can blow up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

MAX_DEPTH = 6
_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; line and column count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Scalar:
    mark: Mark
    text: str


@dataclass(slots=True)
class Sequence:
    mark: Mark
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    mark: Mark
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)
    key_lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Flaw:
    mark: Mark
    message: str


class _Stop(Exception):
    """Reading on makes no sense; the flaw is already noted."""


def read_yaml(text: str) -> tuple[Node | None, list[Flaw]]:
    """The document's root (None when it cannot be read or is empty) and what is wrong with it."""
    control = _CONTROL.search(text)
    if control is not None:
        return None, [_control_flaw(text, control.start())]
    reader = _Reader()
    try:
        for event in _events(text):
            reader.take(event)
    except _Stop:
        return None, reader.flaws
    except MarkedYAMLError as error:
        return None, [*reader.flaws, _syntax_flaw(error, text)]
    # ruamel.yaml leaks these from a few malformed escapes, directives and numbers.
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError, OverflowError,
            AssertionError, RecursionError, NotImplementedError):  # fmt: skip
        return None, [*reader.flaws, Flaw(reader.last, "this is not readable as YAML from here on")]
    return reader.root, reader.flaws


def _events(text: str) -> Iterator[Event]:
    yaml: Any = YAML(typ="safe", pure=True)
    events: Iterator[Event] = yaml.parse(text)
    return events


class _Reader:
    def __init__(self) -> None:
        self.root: Node | None = None
        self.flaws: list[Flaw] = []
        self.last = Mark()
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | None] = []
        self._documents = 0

    def take(self, event: Event) -> None:
        self.last = _mark(event)
        if isinstance(event, DocumentStartEvent):
            self._start_document(event)
        elif isinstance(event, AliasEvent):
            self._flaw("an alias (*name) is not allowed: write the text out")
            self._add(Scalar(self.last, "alias"))
        elif isinstance(event, ScalarEvent):
            self._check(event)
            self._add(Scalar(self.last, event.value))
        elif isinstance(event, SequenceStartEvent | MappingStartEvent):
            self._check(event)
            self._enter(event)
        elif isinstance(event, SequenceEndEvent | MappingEndEvent):
            self._open.pop()
            self._keys.pop()

    def _start_document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._flaw("a file holds one document: remove this `---` and what follows it")
            raise _Stop
        if event.version or event.tags:
            self._flaw("a `%` directive is not allowed")

    def _check(self, event: NodeEvent) -> None:
        if event.anchor is not None:
            self._flaw(f"an anchor (&{str(event.anchor)[:40]}) is not allowed")
        if _is_tagged(event):
            self._flaw("a tag (!name) is not allowed: values are plain text")

    def _enter(self, event: SequenceStartEvent | MappingStartEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._flaw(f"this is nested deeper than {MAX_DEPTH} levels")
            raise _Stop
        kind = Sequence if isinstance(event, SequenceStartEvent) else Mapping
        node: Sequence | Mapping = kind(self.last)
        self._add(node)
        self._open.append(node)
        self._keys.append(None)

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key, self._keys[-1] = self._keys[-1], None
        if key is not None:
            if isinstance(node, Scalar) and not node.text:
                node = Scalar(key.mark, "")  # the parser places a missing value at what follows it
            parent.pairs.append((key, node))
        elif isinstance(node, Scalar):
            self._keys[-1] = node
            self._refuse_repeat(parent, node)
        else:
            self._flaw("a key must be a word, not a list or a mapping")
            raise _Stop

    def _refuse_repeat(self, parent: Mapping, key: Scalar) -> None:
        first = parent.key_lines.get(key.text)
        if first is None:
            parent.key_lines[key.text] = key.mark.line
        else:
            self._flaw(f"`{key.text[:40]}` is already given on line {first}")

    def _flaw(self, message: str) -> None:
        self.flaws.append(Flaw(self.last, message))


def _mark(event: Event) -> Mark:
    mark = event.start_mark
    return Mark(mark.line + 1, mark.column + 1) if mark is not None else Mark()


def _is_tagged(event: NodeEvent) -> bool:
    # The lone `!` counts as a tag, too; ruamel.yaml reports both through `ctag`.
    tag = getattr(event, "ctag", None)
    return tag is not None and str(tag) not in ("", "None")


def _control_flaw(text: str, position: int) -> Flaw:
    before = text[:position].split("\n")
    code = f"U+{ord(text[position]):04X}"
    return Flaw(Mark(len(before), len(before[-1]) + 1), f"the character {code} is not allowed")


def _syntax_flaw(error: MarkedYAMLError, text: str) -> Flaw:
    where = error.problem_mark or error.context_mark
    mark = Mark(where.line + 1, where.column + 1) if where is not None else Mark()
    lines = text.split("\n")
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    if "\t" in line[: mark.column] and not line[: mark.column].strip():
        return Flaw(mark, "a tab is used for indentation: use spaces")
    if error.problem == "mapping values are not allowed here":
        return Flaw(mark, "a text that holds a colon and a space must be put in quotes")
    problem = " ".join(str(error.problem or error.context or "it cannot be read").split())
    return Flaw(mark, f"this is not valid YAML: {problem[:160]}")
