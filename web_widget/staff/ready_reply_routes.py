"""Ready replies: what agents write again and again, kept by the leads."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.errors import BadInput, Conflict
from helpdesk.ready_replies import LONGEST_TEXT, LONGEST_TITLE, NAMES, ReadyReplies
from web_widget.staff.access import signed_in
from web_widget.staff.forms import read_form
from web_widget.staff.pages import Pages
from web_widget.staff.routing import Localised

HERE = "/staff/ready-replies"


def add_ready_reply_routes(router: APIRouter, pages: Pages, replies: ReadyReplies) -> None:
    @router.get("/ready-replies")
    async def ready_replies_page(request: Request) -> Response:
        texts = pages.texts_for(request)
        languages = pages.settings.languages
        return pages.render(
            request,
            "ready_replies.html",
            section="ready_replies",
            rows=await replies.listed(),
            offered=[(code, texts.language_name(code)) for code in languages],
            names=[(f"{{{name}}}", texts(f"ready_replies.name.{name}")) for name in NAMES],
            longest_title=LONGEST_TITLE,
            longest_text=LONGEST_TEXT,
        )

    @router.post("/ready-replies")
    async def change_ready_reply(request: Request) -> Response:
        form, texts = await read_form(request), pages.texts_for(request)
        staff = signed_in(request).staff
        reply_id = form.get("id") or None
        if form.get("do") == "remove":
            await replies.remove(staff, reply_id or "")
            return RedirectResponse(HERE, status_code=303)
        given = (form.get(name, "") for name in ("language", "title", "text"))
        try:
            await replies.save(staff, reply_id, *given)
        except (BadInput, Conflict) as error:
            sentence = f"{texts('gaps.refused')} {error.message}"
            raise Localised(sentence, error.status) from error
        return RedirectResponse(HERE, status_code=303)
