"""What other systems have not been told yet, for those who run Kotae."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.clock import Clock
from helpdesk.desk import Helpdesk
from web_widget.staff.forms import read_form
from web_widget.staff.pages import Pages


def add_delivery_routes(router: APIRouter, desk: Helpdesk, pages: Pages, clock: Clock) -> None:
    @router.get("/deliveries")
    async def deliveries_page(request: Request) -> Response:
        texts, now = pages.texts_for(request), clock()
        rows = [
            {
                "id": each.id,
                "channel": texts(f"deliveries.channel.{each.channel}"),
                "conversation": each.conversation_id,
                "is_dead": each.state == "dead",
                "attempts": texts.number(each.attempts),
                "created": texts.moment(each.created_at, now),
                "due": texts.moment(each.due_at, now),
                "error": each.error or "",
            }
            for each in await desk.outbox.listed()
        ]
        counts = await desk.outbox.counts()
        return pages.render(
            request,
            "deliveries.html",
            section="deliveries",
            dead=[row for row in rows if row["is_dead"]],
            due=[row for row in rows if not row["is_dead"]],
            done=texts.number(counts.get("done", 0)),
            channels=[texts(f"deliveries.channel.{name}") for name in desk.settings.channels],
        )

    @router.post("/deliveries")
    async def resend_delivery(request: Request) -> Response:
        await desk.outbox.resend((await read_form(request)).get("id", ""))
        return RedirectResponse("/staff/deliveries", status_code=303)
