"""The small Markdown of answers, read once into plain data.

`blocks` knows paragraphs, lists, **bold**, *emphasis*, [links](https://...) and bare https links,
nothing else. `to_markup` escapes it into HTML for the templates; a script builds nodes from the
same data, so no text is ever parsed as HTML.

>>> blocks("Open **My orders**.")
[{'type': 'p', 'lines': [[{'text': 'Open '}, {'text': 'My orders', 'bold': True}, {'text': '.'}]]}]
"""

from __future__ import annotations

import re
from typing import Literal, NotRequired, TypedDict

from markupsafe import Markup, escape


class Span(TypedDict):
    text: str
    bold: NotRequired[bool]
    emphasis: NotRequired[bool]
    href: NotRequired[str]


class Block(TypedDict):
    """`lines` are the lines of a paragraph, or the items of a list."""

    type: Literal["p", "ul", "ol"]
    lines: list[list[Span]]


_ITEM = re.compile(r"\s*(?:(?P<ul>[-*+])|(?P<ol>\d{1,3}[.)]))\s+(?P<text>.*)")
_INLINE = re.compile(
    r"\[(?P<label>[^\[\]\n]{1,200})\]\((?P<url>[^()\s]{1,2000})\)"
    r"|\*\*(?P<bold>[^*\n]{1,1000})\*\*"
    r"|(?<![\w*])\*(?P<emphasis>[^\s*](?:[^*\n]{0,998}[^\s*])?)\*(?![\w*])"
    r"|(?P<bare>https://[^\s<>\"'()（）「」『』。、]{1,2000})"
)
_SAFE_URL = re.compile(r"(?:https://|mailto:)[^\s\x00-\x1f]+", re.IGNORECASE)


def is_safe_url(url: str) -> bool:
    return _SAFE_URL.fullmatch(url) is not None


def plain_blocks(text: str) -> list[Block]:
    """Text that means nothing but itself: what customers write."""
    paragraphs = re.split(r"\n\s*\n", text.strip("\n"))
    return [
        {"type": "p", "lines": [[{"text": line}] for line in paragraph.split("\n")]}
        for paragraph in paragraphs
    ]


def blocks(text: str) -> list[Block]:
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        # A blank line between two items does not end their list; a new paragraph is never joined.
        fresh = True
        for line in paragraph.split("\n"):
            kind, content = _line(line)
            if found and found[-1]["type"] == kind and not (fresh and kind == "p"):
                found[-1]["lines"].append(_spans(content))
            else:
                found.append({"type": kind, "lines": [_spans(content)]})
            fresh = False
    return found


def to_markup(content: list[Block]) -> Markup:
    return Markup("").join(_block_markup(block) for block in content)


def _line(line: str) -> tuple[Literal["p", "ul", "ol"], str]:
    item = _ITEM.fullmatch(line)
    if item is None:
        return "p", line.strip()
    return ("ul" if item["ul"] else "ol"), item["text"]


def _spans(text: str) -> list[Span]:
    spans: list[Span] = []
    end = 0
    for match in _INLINE.finditer(text):
        if match.start() > end:
            spans.append({"text": text[end : match.start()]})
        spans.extend(_styled(match))
        end = match.end()
    if end < len(text) or not spans:
        spans.append({"text": text[end:]})
    return spans


def _styled(match: re.Match[str]) -> list[Span]:
    if match["bold"] is not None:
        return [_bold(span) for span in _spans(match["bold"])]
    if match["emphasis"] is not None:
        return [_emphasis(span) for span in _spans(match["emphasis"])]
    if match["bare"] is not None:
        return _bare_link(match["bare"])
    if is_safe_url(match["url"]):
        return [{"text": match["label"], "href": match["url"]}]
    return [{"text": match[0]}]


def _bare_link(found: str) -> list[Span]:
    url = found.rstrip(".,;:!?")
    link: list[Span] = [{"text": url, "href": url}]
    return [*link, {"text": found[len(url) :]}] if url != found else link


def _bold(span: Span) -> Span:
    return {**span, "bold": True}


def _emphasis(span: Span) -> Span:
    return {**span, "emphasis": True}


def _block_markup(block: Block) -> Markup:
    lines = [Markup("").join(_span_markup(span) for span in line) for line in block["lines"]]
    if block["type"] == "p":
        return Markup("<p>{}</p>").format(Markup("<br>").join(lines))
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup("<ul>{}</ul>" if block["type"] == "ul" else "<ol>{}</ol>").format(items)


def _span_markup(span: Span) -> Markup:
    markup = escape(span["text"])
    if "href" in span:
        link = Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>')
        markup = link.format(span["href"], markup)
    if span.get("emphasis"):
        markup = Markup("<em>{}</em>").format(markup)
    return Markup("<strong>{}</strong>").format(markup) if span.get("bold") else markup
