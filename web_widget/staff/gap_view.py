"""One subject as the page shows it."""

from __future__ import annotations

from typing import Any

from helpdesk.voice import Subject
from web_widget.customers_voice import CustomersVoice, id_for
from web_widget.staff.texts import Texts

_SHOWN = 8


def gap_view(subject: Subject, voice: CustomersVoice, texts: Texts) -> dict[str, Any]:
    entries = {entry.id: entry for entry in voice.entries(subject.language)}
    entry = entries.get(subject.entry_id or "")
    return {
        "question": subject.question,
        "language": subject.language,
        "language_name": texts.language_name(subject.language),
        "customers": texts.count("gaps.customers", subject.customers),
        "trend": _trend(subject, texts),
        "is_rising": subject.is_rising,
        "minutes": texts("gaps.minutes", n=round(subject.agent_minutes))
        if subject.agent_minutes >= 1
        else "",
        "reasons": [
            texts.count(f"gaps.reason.{reason}", n) for reason, n in subject.reasons.items()
        ],
        "complaints": texts.count("gaps.complaints", subject.complaints)
        if subject.complaints
        else "",
        "wordings": [(wording.text, wording.times) for wording in subject.wordings[:_SHOWN]],
        "more": max(0, len(subject.wordings) - _SHOWN),
        "asked": " ".join(wording.key for wording in subject.wordings),
        "entry_id": entry.id if entry else "",
        "by_team": subject.by_team,
        "suggestion": _suggestion(subject, entry.question, texts) if entry else "",
        "file": entry.file if entry else "",
        "reply": subject.reply or "",
        "id": id_for(subject.question),
        "dismissed": subject.dismissed or "",
        "kind": subject.kind,
        "own_words": [(wording.key, wording.text) for wording in subject.wordings[:_SHOWN]],
    }


def _trend(subject: Subject, texts: Texts) -> str:
    if not subject.before:
        return texts("gaps.trend.new")
    return texts("gaps.trend", before=texts.number(subject.before))


def _suggestion(subject: Subject, question: str, texts: Texts) -> str:
    key = "gaps.suggestion.team" if subject.by_team else "gaps.suggestion.index"
    return texts(key, entry=question)
