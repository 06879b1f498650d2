"""Why not more: topics, entries and hours by the resolution that is lost there."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from helpdesk.clock import Clock
from helpdesk.losses import Loss, by_entry, by_hour, by_topic
from helpdesk.store.report_groups import Shown
from helpdesk.voice import Voice
from web_widget.customers_voice import DAYS, CustomersVoice
from web_widget.staff.figure_view import rate_view
from web_widget.staff.periods import Period
from web_widget.staff.plan_view import effect_view, report_pages
from web_widget.staff.report_routes import Reports, period_label
from web_widget.staff.report_view import Links
from web_widget.staff.texts import Texts

MOST_ENTRIES = 40
MOST_EDITS = 10
MOST_GAPS = 5
_RECENT = timedelta(minutes=5)
_DAYS = 7


class RecentVoice:
    """What customers ask in vain, as of some minutes ago at most: grouping it by meaning is slow,
    and here it is only looked at."""

    def __init__(self, voice: CustomersVoice, clock: Clock) -> None:
        self._voice = voice
        self._clock = clock
        self._known: dict[int, tuple[datetime, Voice]] = {}
        self._lock = asyncio.Lock()

    async def heard(self, days: int) -> Voice:
        async with self._lock:
            at, known = self._known.get(days, (None, None))
            if at is None or known is None or self._clock() - at > _RECENT:
                known = await self._voice.heard(days)
                self._known[days] = self._clock(), known
            return known


def add_why_routes(router: APIRouter, reports: Reports, voice: CustomersVoice) -> None:
    recent = RecentVoice(voice, reports.clock)

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
            **await _gaps(recent, period, texts),
            edits=await _edits(reports, period, texts),
            hours=[
                {
                    "url": links.narrowed(hour=str(hour)).report(),
                    **_hour(reports, period, hour, loss, texts),
                }
                for hour, loss in by_hour(groups).items()
            ],
        )


def _row(loss: Loss, all_lost: int, texts: Texts) -> dict[str, Any]:
    rate = rate_view(loss.rate, texts)
    return {
        **rate,
        "percent": rate["percent"] or texts("reports.too_few"),
        "lost": texts.number(loss.lost),
        "share": texts.percent(loss.lost / all_lost) if all_lost else "–",
        "width": round(1000 * loss.lost / all_lost) if all_lost else 0,
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


async def _gaps(recent: RecentVoice, period: Period, texts: Texts) -> dict[str, Any]:
    """The subjects that cost most, of one of the stretches that the lead's page has."""
    length = (period.end - period.start).days + 1
    days = min(DAYS, key=lambda each: abs(each - length))
    heard = await recent.heard(days)
    gaps = [
        {
            "question": subject.question,
            "language": subject.language,
            "customers": texts.number(subject.customers),
            "before": texts.number(subject.before),
            "minutes": texts.number(round(subject.agent_minutes)),
            "is_rising": subject.is_rising,
        }
        for subject in heard.subjects[:MOST_GAPS]
    ]
    return {"gaps": gaps, "gap_days": days}


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
