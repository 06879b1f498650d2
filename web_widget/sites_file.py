"""Reads the file of sites. Every problem is one sentence with file, line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from faq_index.yaml_reader import Mapping, Mark, Node, Scalar, read_yaml
from faq_index.yaml_reader import Sequence as List
from web_widget import values
from web_widget.settings_sentences import WrongSettings
from web_widget.sites import Site

T = TypeVar("T")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_LONGEST = {"title": 80, "greeting": 1000}
# HS256 is as strong as its key, and 256 bits are what it was made for.
SHORTEST_KEY = 32


def read_sites(path: Path, languages: Sequence[str]) -> dict[str, Site]:
    """The sites by name; `languages` are all that are offered, the default one first.

    Raises WrongSettings with all that is wrong with the file.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
        raise WrongSettings(f"KOTAE_SITES_FILE is '{path}', which cannot be read: {why}") from None
    root, flaws = read_yaml(text)
    reader = _Reader(path, tuple(languages))
    for flaw in flaws:
        reader.wrong(flaw.mark, flaw.message)
    found = {} if flaws or root is None else reader.sites(root)
    if reader.problems:
        raise WrongSettings(*reader.problems)
    return found


class _Reader:
    def __init__(self, path: Path, languages: tuple[str, ...]) -> None:
        self.problems: list[str] = []
        self._path = path
        self._offered = languages
        self._fields: dict[str, Callable[[str, Node], Any]] = {
            "origins": self._origins,
            "languages": self._languages,
            "color": self._color,
            "position": self._position,
            "title": self._texts,
            "greeting": self._texts,
            "opening_hours": self._hours,
            "starters": self._list,
            "identity_key_file": self._key,
        }

    def wrong(self, mark: Mark, sentence: str) -> None:
        self.problems.append(f"{self._path.name}:{mark.line}:{mark.column}: {sentence}")

    def sites(self, root: Node) -> dict[str, Site]:
        if not isinstance(root, Mapping):
            self.wrong(root.mark, "the file must hold sites by their names")
            return {}
        return {key.text: self._site(key, node) for key, node in root.pairs}

    def _site(self, key: Scalar, node: Node) -> Site:
        if not _NAME.fullmatch(key.text):
            self.wrong(key.mark, "a site's name must be up to 100 of A-Z a-z 0-9 . _ -")
        found: dict[str, Any] = {"name": key.text, "languages": self._offered}
        if not isinstance(node, Mapping):
            self.wrong(node.mark, f"{key.text} must have fields such as origins")
            return Site(**found)
        for field, value in node.pairs:
            read = self._fields.get(field.text)
            if read is None:
                known = ", ".join(self._fields)
                self.wrong(field.mark, f"{field.text} is not a field of a site, must be {known}")
                continue
            name = "identity_key" if field.text == "identity_key_file" else field.text
            found[name] = read(field.text, value)
        return Site(**found)

    # Fields. What is wrong is noted, and something harmless is returned.

    def _text(self, name: str, node: Node) -> str:
        if isinstance(node, Scalar) and node.text.strip():
            return node.text.strip()
        self.wrong(node.mark, f"{name} must be a text")
        return ""

    def _list(self, name: str, node: Node) -> tuple[str, ...]:
        if isinstance(node, List):
            return tuple(self._text(f"each of {name}", item) for item in node.items)
        self.wrong(node.mark, f"{name} must be a list")
        return ()

    def _checked(self, name: str, node: Node, read: Callable[[], T], must: str, other: T) -> T:
        try:
            return read()
        except ValueError:
            shown = node.text if isinstance(node, Scalar) else "a list"
            self.wrong(node.mark, f"{name} is '{shown}', must be {must}")
            return other

    def _origins(self, name: str, node: Node) -> tuple[str, ...]:
        items = node.items if isinstance(node, List) else [node]
        found: list[str] = []
        for item in items:
            text = self._text(name, item)
            must = "origins such as https://shop.example"
            found += self._checked(name, item, lambda text=text: values.origins(text), must, ())  # type: ignore[misc]
        return tuple(dict.fromkeys(found))

    def _languages(self, name: str, node: Node) -> tuple[str, ...]:
        asked = self._list(name, node)
        if not asked or not set(asked) <= set(self._offered):
            offered = ", ".join(self._offered)
            self.wrong(node.mark, f"{name} must be some of KOTAE_LANGUAGES: {offered}")
            return self._offered
        return tuple(dict.fromkeys(asked))

    def _color(self, name: str, node: Node) -> str | None:
        text = self._text(name, node)
        if _COLOR.fullmatch(text):
            return text.lower()
        self.wrong(node.mark, f"{name} is '{text}', must be such as \"#24477a\", in quotes")
        return None

    def _position(self, name: str, node: Node) -> str:
        text = self._text(name, node)
        if text in ("left", "right"):
            return text
        self.wrong(node.mark, f"{name} is '{text}', must be left or right")
        return "right"

    def _texts(self, name: str, node: Node) -> dict[str, str]:
        """One text for all languages, or one for each."""
        pairs = [(language, node) for language in self._offered]
        if isinstance(node, Mapping):
            pairs = [(key.text, value) for key, value in node.pairs]
            for key, _ in node.pairs:
                if key.text not in self._offered:
                    offered = ", ".join(self._offered)
                    self.wrong(key.mark, f"{key.text} is none of KOTAE_LANGUAGES: {offered}")
        found = {language: self._text(name, value) for language, value in pairs}
        if any(len(text) > _LONGEST[name] for text in found.values()):
            self.wrong(node.mark, f"{name} is too long (at most {_LONGEST[name]} characters)")
        return found

    def _hours(self, name: str, node: Node) -> str | None:
        text = self._text(name, node)
        must = "always, or days and times such as Mon-Fri 09:00-18:00; Sat 10:00-16:00"
        return self._checked(name, node, lambda: values.hours(text), must, None)

    def _key(self, name: str, node: Node) -> str | None:
        """The secret itself stays out of this file."""
        path = self._path.parent / Path(self._text(name, node)).expanduser()
        try:
            key = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as exc:
            why = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
            self.wrong(node.mark, f"{name} cannot be read: {why}")
            return None
        if len(key.encode()) < SHORTEST_KEY:
            self.wrong(node.mark, f"the key in {name} must have at least {SHORTEST_KEY} characters")
            return None
        return key
