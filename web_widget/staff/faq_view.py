"""Entries, drafts and versions as the pages show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from faq_index.editing import changed_fields
from faq_index.entry import Entry, from_json
from faq_index.yaml_lines import LISTS
from helpdesk.faq_book import Use
from helpdesk.store.faq_drafts import Draft
from helpdesk.store.faq_versions import Version
from web_widget.staff.faq_form import as_fields
from web_widget.staff.texts import Texts
from web_widget.workshop.files import Faq

PAGE = 100
SHOW = ("draft", "review", "stale", "unowned", "never_shown", "poor", "untranslated")
_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
# Beyond, words are not compared one by one.
_LONGEST = 4000
Key = tuple[str, str]


def listed(
    faq: Faq, drafts: Iterable[Draft], use: dict[Key, Use], languages: Sequence[str], today: date
) -> list[dict[str, Any]]:
    """A row for each entry and each draft of a new one, with what speaks for a look at it."""
    by_key = {(draft.entry_id, draft.language): draft for draft in drafts}
    known = {(entry.id, entry.language) for entry in faq.entries}
    fresh = [from_json(draft.content) for key, draft in by_key.items() if key not in known]
    shown_at_all = any(each.shown for each in use.values())
    rows = []
    for entry in [*fresh, *faq.entries]:
        key = (entry.id, entry.language)
        used = use.get(key, Use())
        missing = [code for code in languages if (entry.id, code) not in known and code != key[1]]
        flags = {
            "draft": key in by_key,
            "review": key in by_key and by_key[key].state == "review",
            "stale": _is_stale(entry, today),
            "unowned": entry.owner is None,
            "never_shown": shown_at_all and not used.shown and key in known,
            "poor": used.is_poor,
            "untranslated": bool(missing),
        }
        rows.append(
            {
                "entry": entry,
                "use": used,
                "flags": [name for name in SHOW if flags[name]],
                "is_new": key not in known,
                "missing": missing,
            }
        )
    return rows


def matching(rows: Iterable[dict[str, Any]], asked: dict[str, str]) -> list[dict[str, Any]]:
    """Those with all the words of `text`, and of the chosen language, topic, owner and flag."""
    words = asked["text"].casefold().split()
    return [
        row
        for row in rows
        if all(word in _searched(row["entry"]) for word in words)
        and asked["language"] in ("", row["entry"].language)
        and asked["topic"] in ("", row["entry"].topic)
        and asked["owner"] in ("", row["entry"].owner)
        and (not asked["show"] or asked["show"] in row["flags"])
    ]


def _searched(entry: Entry) -> str:
    return "\n".join((entry.id, *entry.phrasings, entry.answer, *entry.tags)).casefold()


def _is_stale(entry: Entry, today: date) -> bool:
    days = (entry.review_by, entry.valid_until)
    return any(day is not None and day < today for day in days)


def difference(before: Entry | None, after: Entry | None) -> list[dict[str, Any]]:
    """The fields that differ, each as pieces ("same", "del", "ins") of what a person reads."""
    empty = Entry("", "", "", "", "")
    old, new = before or empty, after or empty
    return [{"name": name, "pieces": _field(name, old, new)} for name in changed_fields(old, new)]


def _field(name: str, old: Entry, new: Entry) -> list[tuple[str, str]]:
    if name in LISTS:
        return _pieces(*([f"{item}\n" for item in getattr(each, name)] for each in (old, new)))
    was, now = as_fields(old)[name], as_fields(new)[name]
    if name == "links":
        return _pieces(was.splitlines(keepends=True), now.splitlines(keepends=True))
    return _words(was, now)


def _words(before: str, after: str) -> list[tuple[str, str]]:
    if len(before) + len(after) > _LONGEST:
        return [("del", before), ("ins", after)]
    return _pieces(_WORDS.findall(before), _WORDS.findall(after))


def _pieces(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for kind, i, j, k, n in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(before[i:j])))
            continue
        found += [("del", "".join(before[i:j])), ("ins", "".join(after[k:n]))]
    return [(kind, text) for kind, text in found if text]


def history(versions: Sequence[Version], texts: Texts, now: datetime) -> list[dict[str, Any]]:
    """Newest first, each with what it changed."""
    entries = [None if v.content is None else from_json(v.content) for v in versions]
    rows = []
    for place, (version, entry) in enumerate(zip(versions, entries, strict=True)):
        before = entries[place + 1] if place + 1 < len(entries) else None
        is_first = place + 1 == len(entries)
        rows.append(
            {
                "number": version.number,
                "when": texts.moment(version.at, now),
                "at": version.at.isoformat(),
                "by": version.by or texts("faqs.by_file"),
                "why": version.why,
                "removed": entry is None,
                "is_first": is_first,
                "is_current": place == 0,
                "changes": [] if is_first else difference(before, entry),
            }
        )
    return rows
