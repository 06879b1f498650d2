"""Checks of single values in a FAQ file. Every check notes its problem and reading goes on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from urllib.parse import urlsplit

from faq_index.errors import Problem
from faq_index.yaml_reader import Mapping, Mark, Node, Scalar, Sequence

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
ENTRY_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TELEPHONE = re.compile(r"\+?[0-9][0-9().-]{1,30}")
_KINDS = {Scalar: "text", Sequence: "list", Mapping: "mapping"}
MAX_ITEMS = 2000


class Notes:
    """The problems found so far in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, mark: Mark, message: str) -> None:
        # What is quoted from the file may hold line ends of its own.
        sentence = " ".join(message.split())
        self.problems.append(Problem(self.file, mark.line, mark.column, sentence))


def read_mapping(node: Node, what: str, keys: Collection[str], notes: Notes) -> dict[str, Node]:
    """The known keys of a mapping; unknown ones are noted. Of a repeated key the first counts."""
    if not isinstance(node, Mapping):
        notes.add(node.mark, f"{what} must be a mapping of keys and values, not a {_kind(node)}")
        return {}
    found: dict[str, Node] = {}
    for key, value in node.pairs:
        if key.text in keys:
            found.setdefault(key.text, value)
        else:
            known = ", ".join(keys)
            notes.add(key.mark, f"`{key.text[:40]}` is not a key of {what}; known are {known}")
    return found


def read_items(node: Node, name: str, notes: Notes) -> list[Node]:
    if not isinstance(node, Sequence):
        notes.add(node.mark, f"`{name}` must be a list (lines that start with `- `)")
        return []
    if not node.items:
        notes.add(node.mark, f"`{name}` is an empty list: fill it or remove it")
    if len(node.items) > MAX_ITEMS:
        count = f"{len(node.items)} items; the most allowed is {MAX_ITEMS}"
        notes.add(node.mark, f"`{name}` has {count}")
    return node.items[:MAX_ITEMS]


def read_text(node: Node, name: str, limit: int, notes: Notes, *, lines: bool = False) -> str:
    """The text without white space around it; empty when it was refused."""
    if not isinstance(node, Scalar):
        notes.add(node.mark, f"`{name}` must be text, not a {_kind(node)}")
        return ""
    text = node.text.strip()
    problem = _text_problem(text, limit, lines)
    if problem:
        notes.add(node.mark, f"`{name}` {problem}")
        return ""
    return text


def _text_problem(text: str, limit: int, lines: bool) -> str | None:
    if not any(unicodedata.category(c)[0] not in "ZC" for c in text):
        return "is empty"
    if len(text) > limit:
        return f"is {len(text)} characters long; the most allowed is {limit}"
    bad = next((c for c in text if _is_control(c)), None)
    if bad is not None:
        return f"holds the control character U+{ord(bad):04X}"
    return "must be one line" if not lines and "\n" in text else None


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"


def read_id(node: Node, name: str, notes: Notes) -> str:
    text = read_text(node, name, 200, notes)
    if text and not ENTRY_ID.fullmatch(text):
        notes.add(
            node.mark,
            f"`{name}` is `{text[:80]}`, but must be 1 to 64 of a-z, 0-9, _ and -, "
            "and start with a letter or digit",
        )
        return ""
    return text


def read_language(node: Node, notes: Notes) -> str:
    text = read_text(node, "language", 35, notes)
    if text and not _LANGUAGE.fullmatch(text):
        notes.add(node.mark, f"`language` is `{text}`, but must be a code such as en, ja or pt-BR")
        return ""
    return text


def read_choice(node: Node, name: str, choices: Collection[str], notes: Notes) -> str:
    text = read_text(node, name, 200, notes)
    if text and text not in choices:
        notes.add(node.mark, f"`{name}` is `{text[:40]}`, but must be one of {', '.join(choices)}")
        return ""
    return text


def read_date(node: Node, name: str, notes: Notes) -> date | None:
    text = read_text(node, name, 200, notes)
    try:
        if text and _DATE.fullmatch(text) and text.isascii():
            return date.fromisoformat(text)
    except ValueError:
        notes.add(node.mark, f"`{name}` is `{text}`, but the calendar has no such day")
        return None
    if text:
        notes.add(node.mark, f"`{name}` is `{text[:40]}`, but must be a date such as 2027-03-31")
    return None


def read_url(node: Node, name: str, notes: Notes) -> str:
    text = read_text(node, name, 2000, notes)
    if text and not _is_url(text):
        notes.add(
            node.mark,
            f"`{name}` is `{text[:80]}`, but must be a full http, https, mailto or tel address",
        )
        return ""
    return text


def _is_url(text: str) -> bool:
    if any(c.isspace() or c in '<>"\\`{}|^' for c in text):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme in ("http", "https"):
        return bool(host) and parts.username is None
    if parts.scheme == "mailto":
        return "@" in parts.path.strip("@") and not parts.netloc
    return parts.scheme == "tel" and _TELEPHONE.fullmatch(parts.path) is not None


def _kind(node: Node) -> str:
    return _KINDS[type(node)]
