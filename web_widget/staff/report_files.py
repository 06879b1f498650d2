"""The report for programs: JSON, and CSV in which no cell is a formula."""

from __future__ import annotations

from typing import Any

from helpdesk.audit import Audited
from helpdesk.figures import DAILY, Rate, Report, Times
from helpdesk.plans import Assumptions, Deflected
from web_widget.staff.spreadsheet import safe_csv


def report_json(
    report: Report, audited: Audited, saved: Deflected | None, assumed: Assumptions, demo: bool
) -> dict[str, Any]:
    """Every figure with its n and the rule it was counted by; null where n is too small."""
    return {
        "demo": demo,
        "start": report.start.isoformat(),
        "end": report.end.isoformat(),
        "time_zone": report.time_zone,
        "language": report.language,
        "site": report.site,
        "rule_versions": list(report.rule_versions),
        "engaged": report.engaged,
        "outcomes": dict(report.outcomes),
        "handed_off": dict(report.handed_off_parts),
        "reasons": dict(report.reasons),
        "excluded": report.excluded,
        "rates": {name: _rate(getattr(report, name)) for name in DAILY},
        "durable_until": report.durable_until.isoformat(),
        "repeated_within_hours": {str(hours): n for hours, n in report.repeats.items()},
        "nps": {"value": report.nps.value, "n": report.nps.n},
        "seconds": {name: _times(each) for name, each in report.times.items()},
        "audit": {
            "helped": audited.helped,
            "judged": audited.judged,
            "cannot_tell": audited.cannot_tell,
            "debt": audited.debt,
            "corrected": {"value": audited.value, "low": audited.low, "high": audited.high},
        },
        "deflected": None
        if saved is None
        else {
            "contacts": saved.contacts,
            "contacts_from_confirmed": saved.low,
            "saved": saved.saved,
            "assumes": {
                "would_contact": assumed.would_contact,
                "cost": assumed.cost,
                "currency": assumed.currency or None,
            },
        },
        "days": [
            {"day": day.day.isoformat(), "outcomes": dict(day.outcomes)} for day in report.days
        ],
    }


def report_csv(report: Report, demo: bool) -> str:
    """One line for each day with its outcomes, and the self-resolution where there is one. Lines of
    a demo say so: some of its days are invented."""
    names, label = list(report.outcomes), ["sample data"] if demo else []
    rows: list[list[object]] = [["day", *names, "self_resolution", "n", "rule", *label]]
    rule = "/".join(map(str, report.rule_versions)) or report.rule_version
    for day in report.days:
        rate = day.resolved
        value = "" if rate.value is None else f"{rate.value:.4f}"
        counts = [day.outcomes.get(name, 0) for name in names]
        rows.append([day.day.isoformat(), *counts, value, rate.n, rule, *label])
    return safe_csv(rows)


def _rate(rate: Rate) -> dict[str, Any]:
    return {"hits": rate.hits, "n": rate.n, "value": rate.value, "low": rate.low, "high": rate.high}


def _times(each: Times) -> dict[str, Any]:
    return {"n": each.n, "median": each.median, "p90": each.p90}
