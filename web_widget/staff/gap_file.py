"""What customers ask in vain, for a spreadsheet and for a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from helpdesk.voice import Subject, Voice
from web_widget.staff.spreadsheet import safe_csv


def gaps_csv(subjects: Iterable[Subject]) -> str:
    """A line for each wording, with the figures of its subject."""
    head = [
        "language", "subject", "wording", "times", "customers", "customers_before", "rising",
        "complaints", "agent_minutes", "last_asked", "entry", "dismissed", "kind",
    ]  # fmt: skip
    lines = [
        [
            subject.language, subject.question, wording.text, wording.times,
            subject.customers, subject.before, int(subject.is_rising), subject.complaints,
            round(subject.agent_minutes, 1), subject.last_at.isoformat(timespec="seconds"),
            subject.entry_id or "", subject.dismissed or "", subject.kind,
        ]
        for subject in subjects
        for wording in subject.wordings
    ]  # fmt: skip
    return safe_csv([head, *lines])


def gaps_json(heard: Voice) -> dict[str, Any]:
    """Both lists in the order of the page."""
    return {
        "subjects": [subject_json(each) for each in heard.subjects],
        "dismissed": [subject_json(each) for each in heard.dismissed],
        "not_asked_since": len(heard.quiet),
    }


def subject_json(subject: Subject) -> dict[str, Any]:
    return {
        "id": subject.id,
        **asdict(subject),
        "last_at": subject.last_at.isoformat(timespec="seconds"),
    }
