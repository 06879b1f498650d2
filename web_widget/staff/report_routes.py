"""Reports, and the episodes behind each number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from helpdesk.clock import Clock
from helpdesk.desk import Helpdesk
from helpdesk.types import EpisodeRow
from web_widget.staff.charts import partition_bar
from web_widget.staff.episode_view import episode_row, episode_values
from web_widget.staff.filters import Filters, read_filters
from web_widget.staff.pages import Pages
from web_widget.staff.periods import NAMES, BadPeriod, Period, named_period, read_period
from web_widget.staff.report_view import Links, ReportView
from web_widget.staff.session_routes import own_path
from web_widget.staff.texts import Texts
from web_widget.staff.views import View

PAGE = 50


@dataclass(frozen=True)
class Reports:
    """What the routes of the reports share."""

    desk: Helpdesk
    pages: Pages
    clock: Clock

    def filters(self, request: Request) -> Filters:
        return read_filters(request.query_params, self.pages.settings.languages)

    def period(self, filters: Filters) -> Period:
        today = self.clock().astimezone(self.pages.settings.time_zone).date()
        return read_period(filters.period, filters.start, filters.end, today)

    def last_days(self) -> Period:
        return named_period("", self.clock().astimezone(self.pages.settings.time_zone).date())


def add_report_routes(router: APIRouter, desk: Helpdesk, pages: Pages, clock: Clock) -> None:
    reports = Reports(desk, pages, clock)

    @router.get("/reports")
    async def reports_page(request: Request) -> Response:
        return await _report_page(reports, request)

    @router.get("/reports/episodes")
    async def episodes_page(request: Request) -> Response:
        return await _episodes_page(reports, request)

    @router.get("/reports/episodes/{episode_id}")
    async def episode_page(request: Request, episode_id: str) -> Response:
        view = View(pages.texts_for(request), clock(), {})
        values = episode_values(await desk.reports.episode(episode_id), view)
        back = _own_list(request) or Links(reports.last_days(), "").episodes("engaged")
        return pages.render(request, "episode.html", section="reports", list_url=back, **values)


async def _report_page(reports: Reports, request: Request) -> Response:
    texts = reports.pages.texts_for(request)
    filters = reports.filters(request)
    problem = ""
    try:
        period = reports.period(filters)
    except BadPeriod as error:
        period, problem = reports.last_days(), texts(error.key)
    report = await reports.desk.reports.report(
        period.start, period.end, language=filters.language or None
    )
    # A drawing takes tens of milliseconds: not on the loop that serves the chats.
    chart = await asyncio.to_thread(partition_bar, report.outcomes) if report.engaged else None
    settings = reports.pages.settings
    return reports.pages.render(
        request,
        "reports.html",
        status=400 if problem else 200,
        section="reports",
        period=period,
        periods=NAMES,
        period_label=_period_label(period, texts),
        chosen_language=filters.language,
        customer_languages=[(code, texts.language_name(code)) for code in settings.languages],
        problem=problem,
        chart=chart,
        **ReportView(report, Links(period, filters.language), texts).values(),
    )


async def _episodes_page(reports: Reports, request: Request) -> Response:
    texts = reports.pages.texts_for(request)
    filters = reports.filters(request)
    try:
        period = reports.period(filters)
    except BadPeriod:
        period = reports.last_days()
    links = Links(period, filters.language)
    rows = await _rows(reports.desk, period, filters)
    now = reports.clock()
    here = _list_address(links, filters)
    return reports.pages.render(
        request,
        "episodes.html",
        section="reports",
        heading=_heading(filters, texts),
        period_label=_period_label(period, texts),
        report_url=links.report(),
        rows=[episode_row(row, texts, now, here(filters.after)) for row in rows[:PAGE]],
        older_url=here(rows[PAGE - 1].id) if len(rows) > PAGE else None,
        first_url=here("") if filters.after else None,
    )


async def _rows(desk: Helpdesk, period: Period, filters: Filters) -> list[EpisodeRow]:
    """One page and one row more, newest first, of all outcomes asked for."""
    lists = [
        await desk.reports.episodes(
            period.start,
            period.end,
            outcome,
            part=filters.part or None,
            reason=filters.reason or None,
            language=filters.language or None,
            excluded=filters.excluded,
            limit=PAGE + 1,
            after=filters.after or None,
        )
        for outcome in filters.outcomes
    ]
    newest_first = merge(*lists, key=lambda row: (row.started_at, row.id), reverse=True)
    return list(islice(newest_first, PAGE + 1))


def _list_address(links: Links, filters: Filters) -> Callable[[str], str]:
    more = {
        "part": filters.part,
        "reason": filters.reason,
        "excluded": "1" if filters.excluded else "",
    }

    def address(after: str) -> str:
        asked = {name: value for name, value in {**more, "after": after}.items() if value}
        return links.episodes(filters.outcome, **asked)

    return address


def _heading(filters: Filters, texts: Texts) -> str:
    if filters.excluded:
        return texts("excluded.traffic")
    key = "group" if f"group.{filters.outcome}" in texts else "outcome"
    words = [texts(f"{key}.{filters.outcome}")]
    if filters.part:
        words.append(texts(f"handed_off.{filters.part}"))
    if filters.reason:
        words.append(texts(f"reason.{filters.reason}"))
    return texts("format.dash").join(words)


def _period_label(period: Period, texts: Texts) -> str:
    days = texts("period.days", start=texts.day(period.start), end=texts.day(period.end))
    return days if period.name == "custom" else f"{texts(f'period.{period.name}')} ({days})"


def _own_list(request: Request) -> str | None:
    """The list this page was opened from, so that going back keeps its place."""
    back = request.query_params.get("back", "")
    return back if own_path(back).startswith("/staff/reports/episodes?") else None
