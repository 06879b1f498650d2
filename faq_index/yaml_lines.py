"""Values as the lines of a FAQ file, written as a person would where YAML allows it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from faq_index.entry import Entry, Link

# In the order in which a file shows them; `id` comes first and `topic` is the file's.
FIELDS = ("question", "also_asked", "answer", "links", "tags", "related", "handoff", "owner",
          "review_by", "valid_from", "valid_until")  # fmt: skip
LISTS = ("also_asked", "tags", "related")
# Text that means itself without quotes; everything else is quoted.
_PLAIN = re.compile(r"[^\W_](?:[^\x00-\x1f\x7f-\x9f#:\u2028\u2029\ufeff]|(?<! )#|:(?! |$))*")
# What YAML takes for a line end, or does not take as it is.
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def quoted(text: str) -> str:
    """On one line, in quotes: YAML takes a JSON string as it is."""
    return _escaped(" ".join(text.split()))


def scalar(text: str) -> str:
    """On one line, in quotes only where they are needed."""
    words = " ".join(text.split())
    return words if _PLAIN.fullmatch(words) else quoted(words)


def is_unset(name: str, value: Any) -> bool:
    """Whether a key need not be written at all."""
    return value in (None, (), "") or (name == "handoff" and value == "offer")


def field_lines(name: str, value: Any, indent: int) -> list[str]:
    """A key with its value; `indent` is the number of spaces before the key."""
    space = " " * indent
    if name == "answer":
        return _answer(value, space)
    if name == "links":
        return [f"{space}links:", *(line for link in value for line in _link(link, space))]
    if name in LISTS:
        return [f"{space}{name}:", *(f"{space}  - {scalar(item)}" for item in value)]
    text = value.isoformat() if isinstance(value, date) else str(value)
    return [f"{space}{name}: {scalar(text)}"]


def entry_lines(entry: Entry, indent: int) -> list[str]:
    """A whole entry as an item of the list `faqs`; `indent` is that of its hyphen."""
    lines = [f"{' ' * indent}- id: {scalar(entry.id)}"]
    for name in FIELDS:
        value = getattr(entry, name)
        if not is_unset(name, value):
            lines += field_lines(name, value, indent + 2)
    return lines


def flow_list(items: Sequence[str]) -> str:
    """On one line, where commas and brackets mean something too."""
    words = [quoted(item) if set(item) & set(",[]{}") else scalar(item) for item in items]
    return f"[{', '.join(words)}]"


def _link(link: Link, space: str) -> list[str]:
    return [f"{space}  - title: {scalar(link.title)}", f"{space}    url: {quoted(link.url)}"]


def _answer(answer: str, space: str) -> list[str]:
    lines = answer.strip("\n").split("\n")
    # A literal block would take its first line's spaces for its indentation.
    if lines[0].startswith((" ", "\t")) or _ODD.search(answer):
        return [f"{space}answer: {_escaped(answer)}"]
    return [f"{space}answer: |", *(f"{space}  {line}".rstrip() for line in lines)]


def _escaped(text: str) -> str:
    return _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", json.dumps(text, ensure_ascii=False))
