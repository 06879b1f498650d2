"""For other programs, with a token of their own: the figures of a period, and purchases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput
from helpdesk.loyalty import COLUMNS, LONGEST, purchase_of
from helpdesk.plans import deflected
from helpdesk.reports import Which
from web_widget.staff.filters import PERSONS
from web_widget.staff.report_files import report_json

_WORDS = ("language", "site", "channel", "topic", "person")
_KNOWN = frozenset({"start", "end", "entry", "page", "open_days", *_WORDS})


def report_api_route(desk: Helpdesk, may_read: Callable[[Request], bool], demo: bool) -> Route:
    """For those who may read it; for all others there is nothing here."""

    async def report(request: Request) -> Response:
        if not may_read(request):
            raise HTTPException(404)
        query = request.query_params
        unknown = sorted(set(query) - _KNOWN)
        if unknown:
            raise BadInput(f"{unknown[0]} is not a known field.")
        which: Which = {name: query.get(name) for name in _WORDS}  # type: ignore[assignment]
        if which["person"] not in (None, *PERSONS):
            raise BadInput(f"person must be one of {', '.join(PERSONS)}.")
        entry, page = query.get("entry"), query.get("page")
        which["entries"] = (entry,) if entry else None
        which["pages"] = (page,) if page else None
        which["open_days"] = query.get("open_days") == "1"
        found = await desk.reports.report(_day(request, "start"), _day(request, "end"), **which)
        audited = await desk.reports.audited(found, **which)
        assumed = await desk.plans.assumptions()
        body = report_json(found, audited, deflected(found, assumed), assumed, demo)
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    return Route("/api/reports", report)


def purchases_api_route(desk: Helpdesk, may_write: Callable[[Request], bool]) -> Route:
    """POST /api/purchases: {"site", "purchases": [{"customer", "time", "amount", "currency"}]}.

    All or nothing: a wrong purchase is named by its place, and none is taken.
    """

    async def purchases(request: Request) -> Response:
        if not may_write(request):
            raise HTTPException(404)
        try:
            body = await request.json()
        except ValueError as error:
            raise BadInput("The request body is not valid JSON.") from error
        site = body.get("site") if isinstance(body, dict) else None
        rows = body.get("purchases") if isinstance(body, dict) else None
        if not isinstance(site, str) or not 0 < len(site) <= LONGEST or not isinstance(rows, list):
            raise BadInput("site and purchases are needed.")
        found = []
        for place, row in enumerate(rows):
            try:
                if not isinstance(row, dict):
                    raise ValueError("must be an object")
                texts = {name: str(row.get(name, "")) for name in COLUMNS}
                found.append(purchase_of(texts, site))
            except ValueError as error:
                raise BadInput(f"purchases[{place}]: {error}.") from error
        return JSONResponse({"ok": True, "new": await desk.reports.add_purchases(found)})

    return Route("/api/purchases", purchases, methods=["POST"])


def _day(request: Request, name: str) -> date:
    try:
        return date.fromisoformat(request.query_params.get(name, ""))
    except ValueError as error:
        raise BadInput(f"{name} must be a day such as 2026-11-25.") from error
