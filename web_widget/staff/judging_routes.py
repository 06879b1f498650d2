"""Which entry should have answered: the click beside a chat that Kotae learns from."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from helpdesk.errors import BadInput
from web_widget.staff.console import Console
from web_widget.staff.forms import read_form
from web_widget.staff.judging_view import said
from web_widget.staff.routing import wants_json

# A number of a message has no more digits.
_LONGEST = 9


def add_judging_routes(router: APIRouter, console: Console) -> None:
    desk, pages = console.desk, console.pages

    @router.post("/api/conversations/{conversation_id}/label")
    async def judge_question(request: Request, conversation_id: str) -> Response:
        seq, entry_id = _read(await read_form(request))
        staff = await console.acting(request, conversation_id)
        await desk.judging.judge(conversation_id, staff, seq, entry_id)
        if not wants_json(request):
            return RedirectResponse(f"/staff/inbox/{conversation_id}#judge", status_code=303)
        packet: dict[str, Any] = await desk.handoff_packet(conversation_id)
        entries = desk.judging.entries(packet["conversation"]["language"])
        sentence = said(entry_id, entries, pages.texts_for(request))
        return JSONResponse({"ok": True, "entry": entry_id or "", "said": sentence})


def _read(form: dict[str, str]) -> tuple[int, str | None]:
    """The question's number and the chosen entry; an empty one stands for none of them."""
    seq, entry = form.get("seq", ""), form.get("entry")
    if not (seq.isascii() and seq.isdigit() and len(seq) <= _LONGEST) or entry is None:
        raise BadInput("This form needs seq and entry.")
    return int(seq), entry or None
