"""What is counted in an episode beside its outcome, from its events alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk.types import Event


@dataclass(frozen=True, slots=True)
class Tally:
    """`judged` answers, and how many of these were `wrong`: by the team's word before the
    customer's, and by the latest of each. `surveyed`: 1 when a rating was asked for or given."""

    judged: int = 0
    wrong: int = 0
    surveyed: int = 0


def tally(events: Iterable[Event]) -> Tally:
    """Events in the order they were written."""
    question: int | None = None
    shown: dict[int, tuple[int | None, str | None]] = {}
    helped: dict[int, bool] = {}
    labels: dict[int, str | None] = {}
    surveyed = False
    for event in events:
        data = event.data
        match event.type:
            case "decided":
                if data.get("kind") != "chosen":
                    question = data.get("seq")
                if data.get("shown") is not None:
                    shown[data["shown"]] = question, data.get("faq_id")
            case "feedback":
                helped[data["seq"]] = bool(data.get("helpful"))
            case "labelled":
                labels[data["seq"]] = data.get("faq_id")
            case "survey_asked" | "survey":
                surveyed = True
    rights = []
    for answer, (asked, entry) in shown.items():
        if asked in labels:
            rights.append(labels[asked] == entry)
        elif answer in helped:
            rights.append(helped[answer])
    return Tally(len(rights), rights.count(False), int(surveyed))
