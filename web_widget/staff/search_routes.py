"""Past conversations, found again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from helpdesk.clock import Clock
from helpdesk.desk import Helpdesk
from helpdesk.outcomes import OUTCOMES
from helpdesk.store.search import Wanted
from helpdesk.types import EpisodeRow
from web_widget.staff.access import signed_in
from web_widget.staff.episode_view import episode_row
from web_widget.staff.pages import Pages
from web_widget.staff.texts import Texts

PAGE = 50
_FIELDS = ("text", "customer", "entry", "outcome", "start", "end")
_LONGEST = 200


def add_search_routes(router: APIRouter, desk: Helpdesk, pages: Pages, clock: Clock) -> None:
    @router.get("/search")
    async def search_page(request: Request) -> Response:
        texts = pages.texts_for(request)
        asked = {name: request.query_params.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
        problem, rows, older = "", [], ""
        try:
            wanted = _wanted(asked)
        except ValueError:
            wanted, problem = None, texts("search.bad_day")
        if wanted is not None and any(asked.values()):
            after = request.query_params.get("after", "")[:64] or None
            found = await desk.search.find(
                wanted, signed_in(request).staff, after=after, limit=PAGE + 1
            )
            rows = [_shown(row, texts, clock()) for row in found[:PAGE]]
            if len(found) > PAGE:
                older = "/staff/search?" + urlencode({**asked, "after": found[PAGE - 1].id})
        return pages.render(
            request, "search.html", 400 if problem else 200, section="search", asked=asked,
            outcomes=OUTCOMES, rows=rows, older=older, problem=problem,
            is_asked=any(asked.values()),
        )  # fmt: skip


def _shown(row: EpisodeRow, texts: Texts, now: datetime) -> dict[str, Any]:
    place = f"/staff/inbox/{row.conversation_id}"
    return {**episode_row(row, texts, now, ""), "url": place}


def _wanted(asked: dict[str, str]) -> Wanted:
    """Raises ValueError for a day that does not exist."""
    outcome = asked["outcome"] if asked["outcome"] in OUTCOMES else ""
    return Wanted(
        text=asked["text"],
        customer=asked["customer"],
        entry=asked["entry"],
        outcome=outcome,
        start=date.fromisoformat(asked["start"]) if asked["start"] else date.min,
        end=date.fromisoformat(asked["end"]) if asked["end"] else date.max,
    )
