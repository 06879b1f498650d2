"""An entry as the fields of a form, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from faq_index.entry import HANDOFFS, Entry, Link
from faq_index.fields import ENTRY_ID

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DATES = ("review_by", "valid_from", "valid_until")


class BadField(ValueError):
    """The named field cannot be read."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def as_fields(entry: Entry) -> dict[str, str]:
    return {
        "question": entry.question,
        "also_asked": "\n".join(entry.also_asked),
        "answer": entry.answer,
        "links": "\n".join(f"{link.title} {link.url}" for link in entry.links),
        "tags": ", ".join(entry.tags),
        "related": ", ".join(entry.related),
        "handoff": entry.handoff,
        "owner": entry.owner or "",
        **{name: _day(getattr(entry, name)) for name in _DATES},
    }


def as_entry(form: Mapping[str, str], entry_id: str, language: str, like: Entry | None) -> Entry:
    """Where it stands is `like`'s, or the form's for a new one. Raises BadField."""
    handoff = form.get("handoff", "offer")
    if handoff not in HANDOFFS:
        raise BadField("handoff")
    if not ENTRY_ID.fullmatch(entry_id):
        raise BadField("id")
    if not _LANGUAGE.fullmatch(language):
        raise BadField("language")
    return Entry(
        id=entry_id,
        language=language,
        topic=like.topic if like else form.get("topic", "").strip(),
        file=like.file if like else form.get("file", "").strip(),
        question=form.get("question", ""),
        also_asked=tuple(form.get("also_asked", "").split("\n")),
        answer=form.get("answer", ""),
        links=tuple(_link(line) for line in form.get("links", "").split("\n") if line.strip()),
        tags=tuple(_split(form.get("tags", ""))),
        related=tuple(_split(form.get("related", ""))),
        handoff=handoff,
        owner=form.get("owner", "").strip() or None,
        review_by=_date(form, "review_by"),
        valid_from=_date(form, "valid_from"),
        valid_until=_date(form, "valid_until"),
    )


def _link(line: str) -> Link:
    title, _, url = line.strip().rpartition(" ")
    if not title.strip():
        raise BadField("links")
    return Link(title.strip(), url)


def _split(text: str) -> list[str]:
    return [word.strip() for word in text.replace("、", ",").split(",") if word.strip()]


def _date(form: Mapping[str, str], name: str) -> date | None:
    text = form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadField(name) from error


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
