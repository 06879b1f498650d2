"""Episodes made ready to be shown: the rows of a list, and one episode with what decided it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from helpdesk.types import EpisodeDetail, EpisodeRow, Event, timestamp
from web_widget.staff.texts import Texts
from web_widget.staff.views import View


def episode_row(row: EpisodeRow, texts: Texts, now: datetime, back: str) -> dict[str, Any]:
    return {
        "url": f"/staff/reports/episodes/{row.id}?" + urlencode({"back": back}),
        "question": row.first_question,
        "outcome": row.outcome,
        "language": row.language,
        "language_label": texts.language_name(row.language),
        "started": timestamp(row.started_at),
        "started_label": texts.moment(row.started_at, now),
    }


def episode_values(detail: EpisodeDetail, view: View) -> dict[str, Any]:
    row, texts = detail.row, view.texts
    return {
        "episode": {
            "outcome": row.outcome,
            "language": row.language,
            "language_label": texts.language_name(row.language),
            "started_label": texts.moment(row.started_at, view.now),
            "page": row.page,
            "why": _why(row, texts),
            "rule_version": row.rule_version,
        },
        "messages": view.rendered(detail.messages),
        "events": [_event(event, view) for event in detail.events],
    }


def _why(row: EpisodeRow, texts: Texts) -> str:
    """The rule that applied, in words; for a handoff also what became of it."""
    sentence = texts(f"outcome.{row.outcome}.how")
    if row.part:
        return f"{sentence} {texts(f'handed_off.{row.part}.how')}"
    return sentence


def _event(event: Event, view: View) -> dict[str, Any]:
    return {
        "at": timestamp(event.at),
        "at_label": view.texts.moment(event.at, view.now),
        "label": _event_label(event, view.texts),
        "detail": _event_detail(event, view.texts),
    }


def _event_label(event: Event, texts: Texts) -> str:
    if event.type == "decided":
        return texts(f"event.decided.{event.data.get('kind')}")
    if event.type == "feedback":
        return texts("event.feedback.yes" if event.data.get("helpful") else "event.feedback.no")
    return texts(f"event.{event.type}")


def _event_detail(event: Event, texts: Texts) -> str:
    """What more there is to say: the reason of a handoff, the rating, which way a reply came."""
    data = event.data
    if data.get("reason"):
        return texts(f"reason.{data['reason']}")
    if data.get("resolution"):
        return texts(f"resolution.{data['resolution']}")
    if event.type == "survey":
        return texts("event.survey.csat", csat=data.get("csat"))
    if event.type == "replied" and data.get("bot_path") == "index":
        return texts("event.replied.index")
    return _best_candidate(event, texts)


def _best_candidate(event: Event, texts: Texts) -> str:
    candidates = event.data.get("candidates") or ()
    if event.type != "decided" or not candidates:
        return ""
    best = candidates[0]
    percent = texts.percent(float(best.get("confidence") or 0))
    return texts("event.decided.best", entry=best.get("faq_id"), percent=percent)
