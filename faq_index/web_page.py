"""What of a web page an FAQ can use: its JSON-LD, and answers written in HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = (dict(attrs).get("type") or "").lower()
        self._is_inside = tag == "script" and kind == "application/ld+json"
        if self._is_inside:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.blocks[-1] += data


def scripts(page: str) -> list[str]:
    """The JSON-LD blocks of a web page."""
    parser = _Scripts()
    parser.feed(page)
    return [block for block in parser.blocks if block.strip()]


class _Plain(HTMLParser):
    """Answers of web pages are HTML; ours are a little Markdown."""

    _MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self.text += "["
        elif tag in ("p", "div", "ul", "ol"):
            self.text += "\n\n"
        elif tag == "br":
            self.text += "\n"
        elif tag == "li":
            self.text += "\n- "
        else:
            self.text += self._MARKS.get(tag, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.text += f"]({self._links.pop()})" if self._links else "]"
        elif tag in ("p", "ul", "ol"):
            self.text += "\n\n"
        else:
            self.text += self._MARKS.get(tag, "")

    def handle_data(self, data: str) -> None:
        self.text += re.sub(r"\s+", " ", data)


def as_markdown(answer: str) -> str:
    """What our answers can show of HTML; text without tags stays as it is."""
    if "<" not in answer:
        return answer.strip()
    parser = _Plain()
    parser.feed(answer)
    lines = (line.strip() for line in parser.text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
