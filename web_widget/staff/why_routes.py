"""Why not more: topics, entries and hours by the resolution that is lost there."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from helpdesk.losses import Loss, by_entry, by_hour, by_topic
from helpdesk.store.report_groups import Shown
from web_widget.staff.periods import Period
from web_widget.staff.plan_view import effect_view, report_pages
from web_widget.staff.report_routes import Reports, period_label
from web_widget.staff.report_view import Links
from web_widget.staff.texts import Texts

MOST_ENTRIES = 40
MOST_EDITS = 10
_DAYS = 7


def add_why_routes(router: APIRouter, reports: Reports) -> None:
    @router.get("/reports/why")
    async def why_page(request: Request) -> Response:
        texts = reports.pages.texts_for(request)
        filters = reports.filters(request)
        period = reports.shown_period(filters)
        links = Links(period, filters.query)
        groups = await reports.desk.reports.groups(period.start, period.end, **filters.which)
        shown = await reports.desk.reports.shown(period.start, period.end, **filters.which)
        topics, entries = by_topic(groups), by_entry(groups)
        lost = sum(loss.lost for loss in topics.values())
        return reports.pages.render(
            request,
            "why.html",
            section="reports",
            pages=report_pages(links),
            here_page="why",
            period_label=period_label(period, texts),
            lost=texts.number(lost),
            topics=[
                {
                    "name": topic or texts("why.unanswered"),
                    "topic": "",
                    "url": links.narrowed(topic=topic).episodes("counted")
                    if topic
                    else "/staff/gaps",
                    **_row(loss, lost, texts),
                }
                for (topic,), loss in topics.items()
                if loss.rate.n
            ],
            entries=[
                {
                    "name": entry,
                    "topic": topic or "",
                    "url": links.narrowed(entry=entry or "").episodes("counted"),
                    **_row(loss, lost, texts),
                    **_funnel(shown.get(entry or "", Shown()), loss, texts),
                }
                for (topic, entry), loss in list(entries.items())[:MOST_ENTRIES]
                if loss.rate.n
            ],
            edits=await _edits(reports, period, texts),
            hours=[
                _hour(reports, period, hour, loss, texts) for hour, loss in by_hour(groups).items()
            ],
        )


def _row(loss: Loss, all_lost: int, texts: Texts) -> dict[str, Any]:
    rate = loss.rate
    shown = rate.value is not None and rate.low is not None and rate.high is not None
    return {
        "n": texts.number(rate.n),
        "lost": texts.number(loss.lost),
        "share": texts.percent(loss.lost / all_lost) if all_lost else "–",
        "width": round(1000 * loss.lost / all_lost) if all_lost else 0,
        "percent": texts.percent(rate.value or 0) if shown else texts("reports.too_few"),
        "interval": texts(
            "reports.interval.short",
            low=texts.percent(rate.low or 0),
            high=texts.percent(rate.high or 0),
        )
        if shown
        else "",
        "handed_off": texts.number(loss.outcomes["handed_off"]),
        "unresolved": texts.number(loss.outcomes["unresolved"]),
    }


def _funnel(shown: Shown, loss: Loss, texts: Texts) -> dict[str, str]:
    """Shown, said to have helped, resolved, and handed over after it."""
    judged = shown.helped + shown.did_not
    return {
        "shown": texts.number(shown.times),
        "helped": texts("reports.of", k=texts.number(shown.helped), n=texts.number(judged)),
        "resolved": texts.number(loss.rate.hits),
    }


async def _edits(reports: Reports, period: Period, texts: Texts) -> list[dict[str, str]]:
    """Entries that were edited in the period, with what came of it."""
    zone = reports.pages.settings.time_zone
    since = datetime.combine(period.start, time(), zone)
    until = datetime.combine(period.end, time.max, zone)
    found = []
    for version in await reports.desk.faq.versions.edited(since, until, MOST_EDITS):
        day = version.at.astimezone(zone).date()
        change = await reports.desk.plans.effect(day, (version.entry_id,))
        found.append(
            {
                "entry": version.entry_id,
                "language": version.language,
                "day": texts.day(day),
                "by": version.by or texts("why.edits.file"),
                "url": f"/staff/faqs/{version.language}/{version.entry_id}/history",
                **effect_view(change, texts),
            }
        )
    return found


def _hour(reports: Reports, period: Period, hour: int, loss: Loss, texts: Texts) -> dict[str, Any]:
    """`staffed`: on how many days of the week the team is there for the whole of this hour."""
    hours = reports.desk.settings.hours
    week = [period.end - timedelta(days=n) for n in range(_DAYS)]
    begin, end = 60 * hour, 60 * (hour + 1)
    staffed = sum(any(s <= begin and end <= e for s, e in hours.spans(day)) for day in week)
    busy = sum(loss.outcomes.values()) - loss.outcomes["small_talk"]
    return {
        "name": f"{hour}:00",
        "n": texts.number(busy),
        "handed_off": texts.number(loss.outcomes["handed_off"]),
        "unattended": texts.number(loss.parts["unattended"]),
        "contact_left": texts.number(loss.parts["contact_left"]),
        "staffed": texts("why.staffed", days=staffed),
        "lacks": staffed == 0 and loss.outcomes["handed_off"] > 0,
    }
