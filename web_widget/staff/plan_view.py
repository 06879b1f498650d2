"""What is assumed, audited and planned, made ready to be shown."""

from __future__ import annotations

from typing import Any

from helpdesk.audit import Audited
from helpdesk.figures import Rate
from helpdesk.plans import Assumptions, Deflected
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


def rate_view(rate: Rate, texts: Texts) -> dict[str, Any]:
    """Without a percentage where there are too few."""
    shown: dict[str, Any] = {
        "k": texts.number(rate.hits),
        "n": texts.number(rate.n),
        "percent": None,
        "interval": "",
    }
    if rate.value is None or rate.low is None or rate.high is None:
        return shown
    low, high = texts.percent(rate.low), texts.percent(rate.high)
    interval = texts("reports.interval.short", low=low, high=high)
    return shown | {"percent": texts.percent(rate.value), "interval": interval}


def money_view(saved: Deflected | None, assumed: Assumptions, texts: Texts) -> dict[str, Any]:
    """Never a figure without what it assumes."""
    if saved is None or assumed.would_contact is None:
        return {"contacts": None}
    shown: dict[str, Any] = {
        "contacts": texts.number(round(saved.contacts)),
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
