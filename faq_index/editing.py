"""Entries of FAQ files changed as a lead wants them, whoever else changes the files meanwhile."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from faq_index.entry import Entry
from faq_index.errors import CannotWrite
from faq_index.loader import faq_files, load_faq
from faq_index.writing import check, child, end_line, entries_of, insert, root, value_of, write
from faq_index.yaml_lines import (
    FIELDS,
    LISTS,
    entry_lines,
    field_lines,
    flow_list,
    is_unset,
    scalar,
)

_NEW_FILE = re.compile(r"(?:[a-z0-9][a-z0-9_-]{0,63}/)?[a-z0-9][a-z0-9_-]{0,63}\.yml")


class Conflict(CannotWrite):
    """Somebody else changed the same `fields` of an entry; `theirs` is how it stands now, or None
    when it was removed."""

    def __init__(self, entry: Entry, fields: Sequence[str], theirs: Entry | None) -> None:
        what = ", ".join(fields) if fields else "the entry, by removing it"
        super().__init__(f"Somebody else has changed {what} of `{entry.id}` meanwhile.")
        self.fields = tuple(fields)
        self.theirs = theirs


def content(entry: Entry) -> Entry:
    """What the entry says, wherever it stands."""
    return replace(entry, file="", line=0, topic="")


def tidied(entry: Entry) -> Entry:
    """As files give it back: without white space around texts and within lines."""
    return replace(
        entry,
        question=_line(entry.question),
        answer="\n".join(line.rstrip() for line in entry.answer.strip().splitlines()),
        also_asked=_lines(entry.also_asked),
        tags=_lines(entry.tags),
        related=_lines(entry.related),
        links=tuple(replace(k, title=_line(k.title), url=_line(k.url)) for k in entry.links),
        owner=_line(entry.owner or "") or None,
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(texts: Sequence[str]) -> tuple[str, ...]:
    """Each once, without empty ones."""
    return tuple(filter(None, dict.fromkeys(map(_line, texts))))


def changed_fields(before: Entry, after: Entry) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if getattr(before, name) != getattr(after, name))


def merge(base: Entry, mine: Entry, theirs: Entry) -> tuple[Entry, tuple[str, ...]]:
    """Both changes of one entry together, and the fields in which they contradict each other;
    there `mine` is kept. Lists take what either added and lose what either removed."""
    merged: dict[str, Any] = {}
    contradicting = []
    for name in FIELDS:
        old, own, other = (getattr(entry, name) for entry in (base, mine, theirs))
        if name in LISTS and own != old:
            merged[name] = _merged_list(old, own, other)
        elif own != old:
            merged[name] = own
            if other not in (old, own):
                contradicting.append(name)
    return replace(theirs, **merged), tuple(contradicting)


def _merged_list(
    old: tuple[str, ...], own: tuple[str, ...], other: tuple[str, ...]
) -> tuple[str, ...]:
    if other == old:
        return own
    removed = set(old) - set(own)
    kept = [item for item in other if item not in removed]
    return tuple(dict.fromkeys([*kept, *(item for item in own if item not in old)]))


def find_entry(folder: Path, entry_id: str, language: str) -> Entry | None:
    """The entry as the files have it now. Raises InvalidFaq."""
    return _find(load_faq(folder), entry_id, language)


def _find(entries: Sequence[Entry], entry_id: str, language: str) -> Entry | None:
    return next((e for e in entries if (e.id, e.language) == (entry_id, language)), None)


def change_entry(
    folder: Path, base: Entry, wanted: Entry, *, only_try: bool = False
) -> list[Entry]:
    """Write `wanted`, made from `base`, over the entry as it stands; returns what all files then
    say. With `only_try`, here and below, nothing is written.

    What somebody else changed meanwhile stays. Raises Conflict where both changed the same,
    CannotWrite for an entry not written in lines of its own, InvalidFaq for what is not allowed.
    """
    found = load_faq(folder)
    theirs = _find(found, base.id, base.language)
    if theirs is None:
        raise Conflict(base, (), None)
    merged, contradicting = merge(base, wanted, theirs)
    if contradicting:
        raise Conflict(base, contradicting, theirs)
    fields = changed_fields(theirs, merged)
    if not fields:
        return found

    def change(text: str) -> str:
        for name in fields:
            text = _with_field(text, merged, name)
        return text

    path = folder / theirs.file
    return write(folder, path, change, lambda then: _is_written(then, merged), only_try=only_try)


def remove_entry(folder: Path, base: Entry, *, only_try: bool = False) -> list[Entry]:
    """Raises Conflict when it was changed meanwhile, CannotWrite for the only one of its file."""
    found = load_faq(folder)
    theirs = _find(found, base.id, base.language)
    if theirs is None:
        return found
    fields = changed_fields(base, theirs)
    if fields:
        raise Conflict(base, fields, theirs)

    def change(text: str) -> str:
        faqs = child(root(text), "faqs")
        if faqs.flow_style or len(faqs.value) < 2:
            raise CannotWrite(f"`{base.id}` is the only entry of {theirs.file}: remove the file.")
        node = _entry_node(text, base.id)
        lines = text.split("\n")
        start, end = node.start_mark.line, end_line(node)
        while end < len(lines) and not lines[end].strip():
            end += 1
        return "\n".join([*lines[:start], *lines[end:]])

    path = folder / theirs.file
    return write(folder, path, change, lambda then: not _has(then, base), only_try=only_try)


def add_entry(folder: Path, entry: Entry, *, only_try: bool = False) -> list[Entry]:
    """Put a new entry at the end of its `file`, a path below the folder; a new file gets the
    entry's language and topic.

    Raises CannotWrite for a file that cannot take it, InvalidFaq for an entry that is not allowed.
    """
    path = folder / entry.file
    if not path.exists():
        return _begin(folder, path, entry, only_try)
    if path not in faq_files(folder):
        raise CannotWrite(f"{entry.file} is not a file of the FAQ.")

    def change(text: str) -> str:
        faqs = child(root(text), "faqs")
        if not isinstance(faqs, SequenceNode) or faqs.flow_style or not faqs.value:
            raise CannotWrite(f"{entry.file} has no list of entries in lines of their own.")
        lines = entry_lines(entry, faqs.start_mark.column)
        return insert(text, end_line(faqs.value[-1]), ["", *lines])

    return write(folder, path, change, lambda then: _is_written(then, entry), only_try=only_try)


def _begin(folder: Path, path: Path, entry: Entry, only_try: bool) -> list[Entry]:
    if not _NEW_FILE.fullmatch(entry.file):
        raise CannotWrite(
            f"{entry.file} cannot be the name of a new file: use small letters, digits, hyphens "
            "and .yml, at most one folder deep."
        )
    head = [f"language: {entry.language}", f"topic: {scalar(entry.topic)}", "faqs:"]
    data = "\n".join([*head, *entry_lines(entry, 2), ""]).encode()
    found = check(folder, {path: data})
    if only_try:
        return found
    path.parent.mkdir(exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(data)
    try:
        os.link(new, path)  # Never over a file that somebody made meanwhile.
    except FileExistsError:
        raise CannotWrite(f"{entry.file} was made by somebody else meanwhile: try again.") from None
    finally:
        new.unlink()
    return found


def _is_written(found: Sequence[Entry], wanted: Entry) -> bool:
    return content(wanted) in map(content, found)


def _has(found: Sequence[Entry], entry: Entry) -> bool:
    return _find(found, entry.id, entry.language) is not None


def _entry_node(text: str, entry_id: str) -> MappingNode:
    node = next(item for item in entries_of(text) if value_of(item, "id") == entry_id)
    if node.flow_style:
        raise CannotWrite(f"The entry `{entry_id}` is not written in lines of its own.")
    return node


def _with_field(text: str, wanted: Entry, name: str) -> str:
    """The file with one key of the entry as wanted."""
    node = _entry_node(text, wanted.id)
    value = getattr(wanted, name)
    indent = node.start_mark.column
    place = next((pair for pair in node.value if pair[0].value == name), None)
    if place is None:
        new = field_lines(name, value, indent)
        return insert(text, end_line(_before(node, name)), new)
    key, old = place
    lines = text.split("\n")
    start, end = key.start_mark.line, end_line(old)
    if is_unset(name, value) and name != "handoff":
        if key is node.value[0][0]:
            raise CannotWrite(f"`{name}` stands first in `{wanted.id}`: remove it in the file.")
        return "\n".join([*lines[:start], *lines[end:]])
    if name in LISTS and isinstance(old, SequenceNode) and old.value:
        return _with_items(text, old, value)
    new = field_lines(name, value, indent)
    # What stands before the key on its line, such as the hyphen, and a comment after its value.
    new[0] = lines[start][:indent] + new[0][indent:]
    if isinstance(old, ScalarNode) and len(new) == 1 and end - 1 == old.end_mark.line:
        new[0] += lines[end - 1][old.end_mark.column :].rstrip()
    return "\n".join([*lines[:start], *new, *lines[end:]])


def _before(node: MappingNode, name: str) -> Any:
    """The value of the key after which a new one belongs."""
    earlier = ("id", *FIELDS[: FIELDS.index(name)])
    own = [value for key, value in node.value if key.value in earlier]
    return own[-1]


def _with_items(text: str, node: SequenceNode, items: Sequence[str]) -> str:
    """A list's own lines stay where its items stay."""
    if node.flow_style:
        return text[: node.start_mark.index] + flow_list(items) + text[node.end_mark.index :]
    lines = text.split("\n")
    old = [" ".join(item.value.split()) for item in node.value]
    space = " " * node.start_mark.column
    spans = [(item.start_mark.line, end_line(item)) for item in node.value]
    matcher = SequenceMatcher(None, old, list(items), autojunk=False)
    for kind, i, j, k, n in reversed(matcher.get_opcodes()):
        if kind == "equal":
            continue
        new = [f"{space}- {scalar(item)}" for item in items[k:n]]
        start = spans[i][0] if i < len(spans) else spans[-1][1]
        if kind == "insert" and i > 0:
            start = spans[i - 1][1]
        end = spans[j - 1][1] if j > i else start
        lines[start:end] = new
    return "\n".join(lines)
