"""What is assumed, audited and planned, made ready to be shown."""

from __future__ import annotations

from typing import Any

from helpdesk.audit import Audited
from helpdesk.change import Change
from helpdesk.figures import Report
from helpdesk.holdout import OtherAnswer
from helpdesk.holdouts import Registered
from helpdesk.plans import Assumptions, deflected
from web_widget.staff.report_view import Links
from web_widget.staff.texts import Texts

PAGES = {
    "": "overview",
    "/why": "why",
    "/plan": "plan",
    "/loyalty": "loyalty",
    "/audit": "audit",
    "/how": "how",
}


def report_pages(links: Links) -> list[dict[str, str]]:
    """The pages of the reports, for the row above each."""
    return [{"name": name, "url": links.report(path)} for path, name in PAGES.items()]


def money_view(
    report: Report, before: Report, assumed: Assumptions, texts: Texts
) -> dict[str, Any]:
    """Never a figure without what it assumes."""
    saved, earlier = deflected(report, assumed), deflected(before, assumed)
    if saved is None or earlier is None or assumed.would_contact is None:
        return {"contacts": None}
    shown: dict[str, Any] = {
        "contacts": texts.number(round(saved.contacts)),
        "before": texts.number(round(earlier.contacts)),
        "n": texts.number(report.self_resolution.hits),
        "low": texts.number(round(saved.low)),
        "share": texts.percent(assumed.would_contact),
        "saved": None,
    }
    if saved.saved is not None and assumed.cost is not None:
        shown["saved"] = f"{texts.number(round(saved.saved))} {assumed.currency}"
        shown["cost"] = f"{assumed.cost:,g} {assumed.currency}"
    return shown


def audit_view(audited: Audited, texts: Texts) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "judged": texts.number(audited.judged + audited.cannot_tell),
        "helped": texts.number(audited.helped),
        "of": texts.number(audited.judged),
        "debt": audited.debt,
        "percent": None,
    }
    if audited.value is not None and audited.low is not None and audited.high is not None:
        shown["percent"] = texts.percent(audited.value)
        shown["low"] = texts.percent(audited.low)
        shown["high"] = texts.percent(audited.high)
    return shown


def effect_view(change: Change | None, texts: Texts) -> dict[str, Any]:
    """What came of a change, in one plain sentence and, where there are enough, with numbers."""
    if change is None:
        sentence = texts("plan.verdict.first_week")
        return {"verdict": "too_early", "sentence": sentence, "before": None}
    sentence = texts(f"plan.verdict.{change.verdict}")
    if change.days_more is not None:
        sentence += " " + texts.count("plan.days_more", change.days_more)
    shown: dict[str, Any] = {"verdict": change.verdict, "sentence": sentence, "before": None}
    if change.low is None or change.high is None:
        return shown
    return shown | {
        "before": texts.percent(change.before.value or 0),
        "before_n": texts.number(change.before.n),
        "after": texts.percent(change.after.value or 0),
        "after_n": texts.number(change.after.n),
        "difference": texts(
            "plan.difference", low=f"{change.low * 100:+.0f}", high=f"{change.high * 100:+.0f}"
        ),
    }


def _other(other: float | OtherAnswer, texts: Texts) -> dict[str, str]:
    """What a share gets, and the words of another answer."""
    if isinstance(other, OtherAnswer):
        language = texts.language_name(other.language)
        facts = texts("holdout.answer_of", entry=other.entry, language=language)
        return {"facts": facts, "text": other.text, "language": other.language}
    return {"facts": texts("holdout.from", threshold=texts.percent(other)), "text": ""}


def holdout_view(registered: Registered, texts: Texts) -> dict[str, Any]:
    """What was registered, and the result where it is over: not a day before."""
    holdout, result = registered.holdout, registered.result
    days = texts("period.days", start=texts.day(holdout.begins), end=texts.day(holdout.ends))
    shown: dict[str, Any] = {
        "id": holdout.id,
        "title": holdout.title,
        "days": days,
        "by": holdout.by,
        "share": texts.percent(holdout.share),
        "other": _other(holdout.other, texts),
        "figure": holdout.figure,
        "running": registered.is_running,
        "state": "running" if registered.is_running else "over" if result else "stopped",
        "usual": None,
        "sentence": "",
    }
    if result is None:
        return shown
    if result.low is None or result.high is None:
        return shown | {"sentence": texts("plan.verdict.too_early")}
    sure = "other" if result.low > 0 else "usual" if result.high < 0 else "neither"
    return shown | {
        "sentence": texts(f"holdout.higher.{sure}"),
        "usual": texts.percent(result.usual.value or 0),
        "usual_n": texts.number(result.usual.n),
        "other": texts.percent(result.other.value or 0),
        "other_n": texts.number(result.other.n),
        "difference": texts(
            "plan.difference", low=f"{result.low * 100:+.0f}", high=f"{result.high * 100:+.0f}"
        ),
    }
