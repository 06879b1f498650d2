"""One FAQ file: its keys, their limits, and the entries it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

from faq_index import fields
from faq_index.entry import HANDOFFS, Entry, Handoff, Link
from faq_index.errors import Problem
from faq_index.fields import Notes
from faq_index.text import is_japanese, phrasing_key
from faq_index.yaml_reader import Mark, Node, Scalar, read_yaml

_FILE_KEYS = ("language", "topic", "faqs")
_ENTRY_KEYS = ("id", "question", "also_asked", "answer", "links", "tags", "related", "handoff",
               "owner", "review_by", "valid_from", "valid_until")  # fmt: skip
T = TypeVar("T")
_LINK_KEYS = ("title", "url")
MAX_PHRASING = 500
MAX_ANSWER = 10_000
MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class Found:
    """An entry and where its parts stand, for the checks across files."""

    entry: Entry
    file: str
    id_mark: Mark
    phrasings: tuple[tuple[Mark, str], ...]
    related: tuple[tuple[Mark, str], ...]

    def problem(self, mark: Mark, message: str) -> Problem:
        return Problem(self.file, mark.line, mark.column, message)


def read_faq_file(text: str, relative: Path, notes: Notes) -> list[Found]:
    """The entries of a file's text; what is wrong goes to `notes`."""
    root, flaws = read_yaml(text)
    for flaw in flaws:
        notes.add(flaw.mark, flaw.message)
    if root is None:
        if not flaws:
            notes.add(Mark(), "this file is empty")
        return []
    keys = fields.read_mapping(root, "a FAQ file", _FILE_KEYS, notes)
    reader = _EntryReader(_language(keys, relative, text, notes), _topic(keys, relative, notes),
                          relative.as_posix(), notes)  # fmt: skip
    if "faqs" not in keys:
        notes.add(root.mark, "`faqs` is missing: the list of entries")
        return []
    items = fields.read_items(keys["faqs"], "faqs", notes)
    return [found for item in items if (found := reader.read(item)) is not None]


def _language(keys: dict[str, Node], relative: Path, text: str, notes: Notes) -> str:
    """As the file says, else as its folder is named, else by its script."""
    if "language" in keys:
        return fields.read_language(keys["language"], notes)
    folder = relative.parts[0] if len(relative.parts) > 1 else ""
    if len(folder) == 2 and folder.isascii() and folder.islower():
        return folder
    return "ja" if is_japanese(text) else "en"


def _topic(keys: dict[str, Node], relative: Path, notes: Notes) -> str:
    if "topic" in keys:
        return fields.read_text(keys["topic"], "topic", MAX_NAME, notes)
    return relative.stem


class _EntryReader:
    """Reads the entries of one file."""

    def __init__(self, language: str, topic: str, file: str, notes: Notes) -> None:
        self.language = language
        self.topic = topic
        self.file = file
        self.notes = notes

    def read(self, node: Node) -> Found | None:
        keys = fields.read_mapping(node, "an entry", _ENTRY_KEYS, self.notes)
        if not keys:
            return None
        for name in ("id", "question", "answer"):
            if name not in keys:
                self.notes.add(node.mark, f"`{name}` is missing in this entry")
        question = self._question(keys)
        also_asked = self._list(keys, "also_asked", self._phrasing)
        related = self._list(keys, "related", self._id)
        self._refuse_own_id(keys, related)
        entry = Entry(
            id=self._id(keys["id"], "id") if "id" in keys else "",
            language=self.language,
            topic=self.topic,
            question=question[1] if question else "",
            also_asked=tuple(text for _, text in also_asked),
            answer=self._text(keys, "answer", MAX_ANSWER, lines=True) or "",
            links=tuple(link for _, link in self._list(keys, "links", self._link)),
            tags=tuple(tag for _, tag in self._list(keys, "tags", self._tag)),
            related=tuple(name for _, name in related),
            handoff=self._handoff(keys),
            owner=self._text(keys, "owner", MAX_NAME),
            review_by=self._date(keys, "review_by"),
            valid_from=self._date(keys, "valid_from"),
            valid_until=self._date(keys, "valid_until"),
            file=self.file,
            line=node.mark.line,
        )
        self._check_validity(entry, keys)
        place = keys["id"].mark if "id" in keys else node.mark
        phrasings = (*((question,) if question else ()), *also_asked)
        return Found(entry, self.notes.file, place, phrasings, related)

    def _question(self, keys: dict[str, Node]) -> tuple[Mark, str] | None:
        if "question" not in keys:
            return None
        text = self._phrasing(keys["question"], "question")
        return (keys["question"].mark, text) if text else None

    def _phrasing(self, node: Node, name: str) -> str:
        text = fields.read_text(node, name, MAX_PHRASING, self.notes, lines=True)
        if text and not phrasing_key(text):
            self.notes.add(node.mark, f"`{name}` has no letter or digit in it")
            return ""
        return " ".join(text.split())

    def _id(self, node: Node, name: str) -> str:
        return fields.read_id(node, name, self.notes)

    def _tag(self, node: Node, name: str) -> str:
        return fields.read_text(node, name, MAX_NAME, self.notes)

    def _link(self, node: Node, name: str) -> Link | None:
        keys = fields.read_mapping(node, "a link", _LINK_KEYS, self.notes)
        for key in _LINK_KEYS:
            if key not in keys and keys:
                self.notes.add(node.mark, f"`{key}` is missing in `{name}`")
        title = self._text(keys, "title", MAX_NAME)
        url = fields.read_url(keys["url"], "url", self.notes) if "url" in keys else ""
        return Link(title, url) if title and url else None

    def _list(
        self, keys: dict[str, Node], name: str, read: Callable[[Node, str], T | None]
    ) -> tuple[tuple[Mark, T], ...]:
        """The items that could be read, and where they stand."""
        found: list[tuple[Mark, T]] = []
        for node in fields.read_items(keys[name], name, self.notes) if name in keys else ():
            item = read(node, name)
            if item:
                found.append((node.mark, item))
        return tuple(found)

    def _text(
        self, keys: dict[str, Node], name: str, limit: int, *, lines: bool = False
    ) -> str | None:
        if name not in keys:
            return None
        return fields.read_text(keys[name], name, limit, self.notes, lines=lines) or None

    def _handoff(self, keys: dict[str, Node]) -> Handoff:
        if "handoff" not in keys:
            return "offer"
        choice = fields.read_choice(keys["handoff"], "handoff", HANDOFFS, self.notes)
        return cast(Handoff, choice or "offer")

    def _date(self, keys: dict[str, Node], name: str) -> date | None:
        return fields.read_date(keys[name], name, self.notes) if name in keys else None

    def _refuse_own_id(self, keys: dict[str, Node], related: tuple[tuple[Mark, str], ...]) -> None:
        own = keys.get("id")
        for mark, name in related:
            if isinstance(own, Scalar) and name == own.text.strip():
                self.notes.add(mark, "`related` names the entry itself")

    def _check_validity(self, entry: Entry, keys: dict[str, Node]) -> None:
        start, end = entry.valid_from, entry.valid_until
        if start is not None and end is not None and end < start:
            message = f"`valid_until` {end} is before `valid_from` {start}"
            self.notes.add(keys["valid_until"].mark, message)
