"""FAQs in the forms other systems have: CSV, and FAQPage as schema.org describes it (JSON-LD)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from faq_index.entry import HANDOFFS, Entry, Link
from faq_index.errors import InvalidFaq, Problem
from faq_index.web_page import as_markdown, scripts

COLUMNS = (
    "language", "topic", "id", "question", "also_asked", "answer", "links", "tags", "related",
    "handoff", "owner", "review_by", "valid_from", "valid_until",
)  # fmt: skip
# What a spreadsheet would take for a formula is kept as text by this; reading takes it off again.
_GUARD = "'"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", _GUARD)
_ID_LETTERS = re.compile(r"[a-z0-9]+")


def to_csv(entries: Iterable[Entry]) -> str:
    """A line for each entry; lists have an item a line within their cell. No cell is a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for entry in entries:
        cells = (
            entry.language, entry.topic, entry.id, entry.question, "\n".join(entry.also_asked),
            entry.answer, "\n".join(f"{link.url} {link.title}" for link in entry.links),
            "\n".join(entry.tags), "\n".join(entry.related), entry.handoff, entry.owner or "",
            _day(entry.review_by), _day(entry.valid_from), _day(entry.valid_until),
        )  # fmt: skip
        writer.writerow(map(_guarded, cells))
    return file.getvalue()


def from_csv(text: str, name: str, language: str = "", topic: str = "") -> list[Entry]:
    """What `to_csv` writes, or any table with `question` and `answer`; the others may be missing.

    Raises InvalidFaq with every line that cannot be read.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    problems, entries = [], []
    try:
        for column in ("question", "answer"):
            if column not in (reader.fieldnames or ()):
                raise InvalidFaq([Problem(name, 1, 1, f"the column `{column}` is missing")])
        for row in reader:
            line = reader.line_num
            try:
                entries.append(_from_row({k: v for k, v in row.items() if k}, language, topic))
            except ValueError as error:
                problems.append(Problem(name, line, 1, str(error)))
    except csv.Error as error:
        problems.append(Problem(name, reader.line_num + 1, 1, f"this is no line of CSV: {error}"))
    if problems:
        raise InvalidFaq(problems)
    return _with_ids(entries)


def to_json_ld(entries: Iterable[Entry]) -> str:
    """A FAQPage that search engines and `from_json_ld` read; what schema.org has no word for stands
    in `additionalProperty`."""
    page = {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "identifier": entry.id,
                "inLanguage": entry.language,
                "name": entry.question,
                "alternateName": list(entry.also_asked),
                "acceptedAnswer": {"@type": "Answer", "text": entry.answer},
                "additionalProperty": [
                    {"@type": "PropertyValue", "name": name, "value": value}
                    for name, value in _extra(entry).items()
                ],
            }
            for entry in entries
        ],
    }
    return json.dumps(page, ensure_ascii=False, indent=2) + "\n"


def from_json_ld(text: str, name: str, language: str = "", topic: str = "") -> list[Entry]:
    """The questions of every FAQPage in a JSON-LD file, or in the scripts of a web page.

    Raises InvalidFaq when there is none, or one has no question or answer.
    """
    found: list[dict[str, Any]] = []
    for block in [text] if text.lstrip()[:1] in ("{", "[") else scripts(text):
        try:
            found += _pages(json.loads(block))
        except ValueError as error:
            problem = Problem(name, 1, 1, f"its JSON-LD cannot be read: {error}")
            raise InvalidFaq([problem]) from error
    if not found:
        raise InvalidFaq([Problem(name, 1, 1, "no FAQPage of schema.org is in it")])
    entries, problems = [], []
    for page in found:
        inherited = str(page.get("inLanguage") or language)
        for place, item in enumerate(_list(page.get("mainEntity")), 1):
            try:
                entries.append(_from_item(item, inherited, topic))
            except ValueError as error:
                problems.append(Problem(name, 1, 1, f"question {place}: {error}"))
    if problems:
        raise InvalidFaq(problems)
    return _with_ids(entries)


def to_yaml(entries: Sequence[Entry]) -> str:
    """A FAQ file of entries of one language and topic. Strings are written as JSON, which YAML
    takes as it is."""
    lines = [f"language: {entries[0].language}", f"topic: {_text(entries[0].topic)}", "faqs:"]
    for entry in entries:
        lines += [f"  - id: {_text(entry.id)}", f"    question: {_text(entry.question)}"]
        lines += _block("also_asked", map(_text, entry.also_asked))
        lines.append(f"    answer: {_text(entry.answer)}")
        links = (f"{{title: {_text(x.title)}, url: {_text(x.url)}}}" for x in entry.links)
        lines += _block("links", links)
        lines += _block("tags", map(_text, entry.tags))
        lines += _block("related", map(_text, entry.related))
        if entry.handoff != "offer":
            lines.append(f"    handoff: {entry.handoff}")
        if entry.owner:
            lines.append(f"    owner: {_text(entry.owner)}")
        for name in ("review_by", "valid_from", "valid_until"):
            if day := getattr(entry, name):
                lines.append(f"    {name}: {day.isoformat()}")
        lines.append("")
    return "\n".join(lines)


def _block(name: str, items: Iterable[str]) -> list[str]:
    lines = [f"      - {item}" for item in items]
    return [f"    {name}:", *lines] if lines else []


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _extra(entry: Entry) -> dict[str, Any]:
    facts = {
        "topic": entry.topic,
        "links": [{"title": link.title, "url": link.url} for link in entry.links],
        "tags": list(entry.tags),
        "related": list(entry.related),
        "handoff": "" if entry.handoff == "offer" else entry.handoff,
        "owner": entry.owner or "",
        "review_by": _day(entry.review_by),
        "valid_from": _day(entry.valid_from),
        "valid_until": _day(entry.valid_until),
    }
    return {name: value for name, value in facts.items() if value}


def _from_row(row: dict[str, str | None], language: str, topic: str) -> Entry:
    cells = {name: _unguarded(value or "") for name, value in row.items()}

    def lines(name: str) -> tuple[str, ...]:
        return tuple(filter(None, (line.strip() for line in cells.get(name, "").split("\n"))))

    links = [line.partition(" ") for line in lines("links")]
    return _entry(
        {
            **{name: cells.get(name, "") for name in COLUMNS},
            "language": cells.get("language") or language,
            "topic": cells.get("topic") or topic,
            "also_asked": lines("also_asked"),
            "links": tuple(Link(title.strip() or url, url) for url, _, title in links),
            "tags": lines("tags"),
            "related": lines("related"),
        }
    )


def _from_item(item: Any, language: str, topic: str) -> Entry:
    if not isinstance(item, dict):
        raise ValueError("it is no Question")
    answers = _list(item.get("acceptedAnswer")) or _list(item.get("suggestedAnswer"))
    answer = answers[0].get("text") if answers and isinstance(answers[0], dict) else ""
    extra = {
        each.get("name"): each.get("value")
        for each in _list(item.get("additionalProperty"))
        if isinstance(each, dict)
    }
    own = str(item.get("inLanguage") or language)
    return _entry(
        {
            **{name: str(extra.get(name) or "") for name in COLUMNS},
            "language": own,
            "topic": str(extra.get("topic") or topic),
            "id": str(item.get("identifier") or ""),
            "question": str(item.get("name") or item.get("text") or ""),
            "also_asked": tuple(map(str, _list(item.get("alternateName")))),
            "answer": str(answer or "") if "identifier" in item else as_markdown(str(answer or "")),
            "links": tuple(Link(str(x["title"]), str(x["url"])) for x in _list(extra.get("links"))),
            "tags": tuple(map(str, _list(extra.get("tags")))),
            "related": tuple(map(str, _list(extra.get("related")))),
        }
    )


def _entry(facts: dict[str, Any]) -> Entry:
    for name in ("question", "answer"):
        if not facts[name].strip():
            raise ValueError(f"`{name}` is empty")
    handoff = facts["handoff"] or "offer"
    if handoff not in HANDOFFS:
        raise ValueError(f"`handoff` is '{handoff}', must be one of {', '.join(HANDOFFS)}")
    days = {}
    for name in ("review_by", "valid_from", "valid_until"):
        try:
            days[name] = date.fromisoformat(facts[name]) if facts[name] else None
        except ValueError:
            raise ValueError(f"`{name}` is '{facts[name]}', must be a day as 2027-03-31") from None
    owner = facts["owner"] or None
    return Entry(**{**facts, **days, "handoff": handoff, "owner": owner})


def _with_ids(entries: Sequence[Entry]) -> list[Entry]:
    """Ids for entries that have none: from their Latin words, else numbered."""
    taken = {(entry.language, entry.id) for entry in entries if entry.id}
    found = []
    for number, entry in enumerate(entries, 1):
        if entry.id:
            found.append(entry)
            continue
        words = "-".join(_ID_LETTERS.findall(entry.question.lower())[:6])[:50] or f"entry-{number}"
        name, copy = words, 2
        while (entry.language, name) in taken:
            name, copy = f"{words}-{copy}", copy + 1
        taken.add((entry.language, name))
        found.append(replace(entry, id=name))
    return found


def _guarded(cell: str) -> str:
    return f"{_GUARD}{cell}" if cell.startswith(_FORMULA) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith(_GUARD) and cell[1:].startswith(_FORMULA) else cell


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _pages(node: Any) -> list[dict[str, Any]]:
    """FAQPages at the top, in lists, and in @graph."""
    if isinstance(node, list):
        return [page for each in node for page in _pages(each)]
    if not isinstance(node, dict):
        return []
    own = [node] if "FAQPage" in _list(node.get("@type")) else []
    return own + _pages(node.get("@graph"))
