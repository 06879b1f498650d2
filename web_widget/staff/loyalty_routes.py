"""Loyalty: what customers rated, whether they came again, and whether known ones bought again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from helpdesk.figures import CONTENT, Rate, nps
from helpdesk.loyalty import WITHIN, Bought
from helpdesk.store.report_groups import Ratings
from web_widget.staff.charts import trend_line
from web_widget.staff.figure_view import points, rate_view
from web_widget.staff.plan_view import report_pages
from web_widget.staff.report_routes import Reports, period_label
from web_widget.staff.report_view import Links
from web_widget.staff.texts import Texts


def add_loyalty_routes(router: APIRouter, reports: Reports) -> None:
    @router.get("/reports/loyalty")
    async def loyalty_page(request: Request) -> Response:
        texts = reports.pages.texts_for(request)
        filters = reports.filters(request)
        period = reports.shown_period(filters)
        found = await reports.desk.reports.loyalty(period.start, period.end, **filters.which)
        weeks, links = _grouped(found.ratings, "monday"), Links(period, filters.query)
        points = tuple((monday, _csat(each)) for monday, each in weeks.items())
        shown = sum(rate.value is not None for _, rate in points) > 1
        chart = await asyncio.to_thread(trend_line, points) if shown else None
        return reports.pages.render(
            request,
            "loyalty.html",
            section="reports",
            pages=report_pages(links),
            here_page="loyalty",
            period_label=period_label(period, texts),
            chart=chart,
            weeks=[
                {
                    "name": texts.day(monday),
                    "url": _week(links, monday).episodes("engaged", having="rated"),
                    **_row(each, texts),
                }
                for monday, each in weeks.items()
            ],
            outcomes=[
                {
                    "name": texts(f"outcome.{outcome}"),
                    "url": links.episodes(outcome, having="rated"),
                    **_row(each, texts),
                }
                for outcome, each in _grouped(found.ratings, "outcome").items()
            ],
            again=rate_view(found.again, texts),
            bought=[_bought(name, each, texts) for name, each in found.bought.items()],
            within=WITHIN.days,
        )


def _week(links: Links, monday: date) -> Links:
    """Those of its days that are in the period."""
    sunday, of = monday + timedelta(days=6), links.period
    return links.between(max(monday, of.start), min(sunday, of.end))


def _grouped(ratings: Iterable[Ratings], by: str) -> dict[Any, list[Ratings]]:
    found: dict[Any, list[Ratings]] = defaultdict(list)
    for each in ratings:
        found[getattr(each, by)].append(each)
    return dict(sorted(found.items()))


def _csat(ratings: Iterable[Ratings]) -> Rate:
    ratings = list(ratings)
    good = sum(each.episodes for each in ratings if each.csat in CONTENT)
    return Rate(good, sum(each.episodes for each in ratings))


def _row(ratings: list[Ratings], texts: Texts) -> dict[str, Any]:
    tally: dict[int, int] = defaultdict(int)
    for each in ratings:
        if each.nps is not None:
            tally[each.nps] += each.episodes
    recommend = nps(tally)
    return {
        **rate_view(_csat(ratings), texts),
        "nps": points(recommend, texts),
        "nps_n": texts.number(recommend.n),
    }


def _bought(outcome: str, bought: Bought, texts: Texts) -> dict[str, Any]:
    """Revenue for each customer whose contact ended so, those who bought nothing included."""
    n = bought.again.n
    each = [f"{total / n:,.2f} {currency}" for currency, total in sorted(bought.revenue.items())]
    return {
        "name": texts(f"outcome.{outcome}"),
        **rate_view(bought.again, texts),
        "revenue": texts("format.comma").join(each) if bought.again.value is not None else "–",
    }
