"""Reports, and the episodes behind each number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import islice
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from helpdesk.clock import Clock
from helpdesk.desk import Helpdesk
from helpdesk.figures import DAILY, Report
from helpdesk.store.peoples_times import MEASURES
from helpdesk.trend import Bucket, buckets
from helpdesk.types import EpisodeRow
from web_widget.staff.charts import partition_bar, trend_line
from web_widget.staff.episode_view import episode_row, episode_values
from web_widget.staff.figure_view import points, rate_view
from web_widget.staff.filters import PERSONS, Filters, read_filters
from web_widget.staff.flow import flow
from web_widget.staff.pages import Pages
from web_widget.staff.periods import NAMES, BadPeriod, Period, named_period, read_period
from web_widget.staff.plan_view import audit_view, money_view, report_pages
from web_widget.staff.report_files import report_csv
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

    def shown_period(self, filters: Filters) -> Period:
        """The last 30 days for dates that make no period: the overview says what is wrong."""
        try:
            return self.period(filters)
        except BadPeriod:
            return self.last_days()

    def last_days(self) -> Period:
        return named_period("", self.clock().astimezone(self.pages.settings.time_zone).date())


def add_report_routes(router: APIRouter, reports: Reports) -> None:
    desk, pages, clock = reports.desk, reports.pages, reports.clock

    @router.get("/reports")
    async def reports_page(request: Request) -> Response:
        return await _report_page(reports, request)

    @router.get("/reports.csv")
    async def report_file(request: Request) -> Response:
        filters = reports.filters(request)
        period = reports.shown_period(filters)
        report = await desk.reports.report(period.start, period.end, **filters.which)
        demo = pages.settings.demo
        name = f"kotae-{'demo-' if demo else ''}{period.start}-{period.end}.csv"
        return Response(
            report_csv(report, demo),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @router.get("/reports/episodes")
    async def episodes_page(request: Request) -> Response:
        return await _episodes_page(reports, request)

    @router.get("/reports/episodes/{episode_id}")
    async def episode_page(request: Request, episode_id: str) -> Response:
        view = View(pages.texts_for(request), clock(), {})
        values = episode_values(await desk.reports.episode(episode_id), view)
        back = _own_list(request) or Links(reports.last_days(), {}).episodes("engaged")
        return pages.render(request, "episode.html", section="reports", list_url=back, **values)


async def _report_page(reports: Reports, request: Request) -> Response:
    texts = reports.pages.texts_for(request)
    filters = reports.filters(request)
    problem = ""
    try:
        period = reports.period(filters)
    except BadPeriod as error:
        period, problem = reports.last_days(), texts(error.key)
    desk, links = reports.desk, Links(period, filters.query)
    report, before = await desk.reports.compared(period.start, period.end, **filters.which)
    trend = buckets(report.days, report.start, report.end)
    is_daily = bool(trend) and trend[0].start == trend[0].end
    weeks = buckets(report.days, report.start, report.end, weekly=True) if is_daily else trend
    tried = [each.started_on for each in await desk.plans.initiatives()]
    marks = [day for day in tried if report.start <= day <= report.end]
    # A drawing takes tens of milliseconds: not on the loop that serves the chats.
    charts = await asyncio.to_thread(_charts, report, trend, marks) if report.engaged else {}
    audited = await desk.reports.audited(report, **filters.which)
    assumed = await desk.plans.assumptions()
    settings = reports.pages.settings
    return reports.pages.render(
        request,
        "reports.html",
        status=400 if problem else 200,
        section="reports",
        period=period,
        periods=NAMES,
        period_label=period_label(period, texts),
        filters=filters,
        chosen_language=filters.language,
        customer_languages=[(code, texts.language_name(code)) for code in settings.languages],
        persons=PERSONS,
        problem=problem,
        chart=charts.get("outcomes"),
        trend_chart=charts.get("trend"),
        trend=[_trend_row(each, links, texts) for each in trend],
        daily=DAILY,
        measures=MEASURES,
        flow=flow(report.outcomes, report.handed_off_parts, texts.node, texts.number),
        money=money_view(report, before, assumed, texts),
        audited=audit_view(audited, texts),
        pages=report_pages(links),
        here_page="overview",
        csv_url=links.report(".csv"),
        **ReportView(report, before, links, texts, (trend, weeks), assumed).values(),
    )


def _charts(report: Report, trend: list[Bucket], marks: list[date]) -> dict[str, Markup]:
    points = tuple((each.start, each.rate) for each in trend)
    shown = sum(rate.value is not None for _, rate in points)
    found = {"outcomes": partition_bar(report.outcomes)}
    return found | ({"trend": trend_line(points, tuple(marks))} if shown > 1 else {})


def _trend_row(bucket: Bucket, links: Links, texts: Texts) -> dict[str, Any]:
    days = texts.day(bucket.start)
    if bucket.end != bucket.start:
        days = texts("period.days", start=days, end=texts.day(bucket.end))
    return {
        "days": days,
        "url": links.between(bucket.start, bucket.end).report(),
        "n": texts.number(bucket.rate.n),
        "interval": rate_view(bucket.rate, texts)["interval"],
        "figures": [
            *(rate_view(bucket.rates[name], texts)["percent"] or "–" for name in DAILY),
            "–" if bucket.nps.value is None else points(bucket.nps, texts),
            *(texts.seconds(bucket.times[name].median) for name in MEASURES),
        ],
    }


async def _episodes_page(reports: Reports, request: Request) -> Response:
    texts = reports.pages.texts_for(request)
    filters = reports.filters(request)
    period = reports.shown_period(filters)
    links = Links(period, filters.query)
    rows = await _rows(reports.desk, period, filters)
    now = reports.clock()
    here = _list_address(links, filters)
    return reports.pages.render(
        request,
        "episodes.html",
        section="reports",
        heading=_heading(filters, texts),
        period_label=period_label(period, texts),
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
            having=filters.having or None,
            excluded=filters.excluded,
            limit=PAGE + 1,
            after=filters.after or None,
            **filters.which,
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
        "having": filters.having,
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
    if filters.having:
        words = [texts(f"having.{filters.having}")]
    if filters.part:
        words.append(texts(f"handed_off.{filters.part}"))
    if filters.reason:
        words.append(texts(f"reason.{filters.reason}"))
    return texts("format.dash").join(words)


def period_label(period: Period, texts: Texts) -> str:
    days = texts("period.days", start=texts.day(period.start), end=texts.day(period.end))
    return days if period.name == "custom" else f"{texts(f'period.{period.name}')} ({days})"


def _own_list(request: Request) -> str | None:
    """The list this page was opened from, so that going back keeps its place."""
    back = request.query_params.get("back", "")
    return back if own_path(back).startswith("/staff/reports/episodes?") else None
