"""What customers ask in vain, for those who write the FAQ."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.errors import BadInput, Conflict
from helpdesk.voice import Subject
from web_widget.customers_voice import DAYS, CustomersVoice
from web_widget.staff.access import signed_in
from web_widget.staff.forms import read_form
from web_widget.staff.gap_view import gap_view
from web_widget.staff.pages import Pages
from web_widget.staff.routing import Localised

_SHOWN = 40
_USUAL_DAYS = 28
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def add_gap_routes(router: APIRouter, pages: Pages, voice: CustomersVoice) -> None:
    @router.get("/gaps")
    async def gaps_page(request: Request) -> Response:
        texts = pages.texts_for(request)
        days = _days(request.query_params.get("days"))
        heard = await voice.heard(days)
        languages = sorted({subject.language for subject in (*heard.subjects, *heard.dismissed)})
        return pages.render(
            request,
            "gaps.html",
            section="gaps",
            days=days,
            periods=DAYS,
            subjects=[gap_view(subject, voice, texts) for subject in heard.subjects[:_SHOWN]],
            more=max(0, len(heard.subjects) - _SHOWN),
            dismissed=[gap_view(subject, voice, texts) for subject in heard.dismissed],
            entries={code: voice.entries(code) for code in languages},
            files={code: await voice.files(code) for code in languages},
            done=request.query_params.get("done", ""),
        )

    @router.get("/gaps.csv")
    async def gaps_file(request: Request) -> Response:
        heard = await voice.heard(_days(request.query_params.get("days")))
        return Response(
            gaps_csv((*heard.subjects, *heard.dismissed)),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="gaps.csv"'},
        )

    @router.post("/gaps")
    async def change_gap(request: Request) -> Response:
        form = await read_form(request)
        days = _days(form.get("days"))
        language, keys = form.get("language", ""), form.get("keys", "").split()
        try:
            done = await _do(form, days, language, keys, request)
        except (BadInput, Conflict) as error:
            refused = pages.texts_for(request)("gaps.refused")
            raise Localised(f"{refused} {error.message}", error.status) from error
        return RedirectResponse(f"/staff/gaps?days={days}&done={quote(done)}", status_code=303)

    async def _do(
        form: dict[str, str], days: int, language: str, keys: list[str], request: Request
    ) -> str:
        match form.get("do"):
            case "dismiss":
                staff = signed_in(request).staff
                await voice.dismiss(days, language, keys, form.get("reason", ""), staff)
                return "dismissed"
            case "reopen":
                await voice.reopen(language, keys)
                return "reopened"
            case "phrasings":
                await voice.add_phrasings(days, language, keys, form.get("entry", ""))
                return "added"
            case "entry":
                names = ("file", "id", "question", "answer")
                await voice.start_entry(*(form.get(name, "").strip() for name in names))
                return "started"
        raise BadInput("do must be dismiss, reopen, phrasings or entry.")


def gaps_csv(subjects: Iterable[Subject]) -> str:
    """A line for each wording, with the figures of its subject. No cell is a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(
        [
            "language", "subject", "wording", "times", "customers", "customers_before", "rising",
            "complaints", "agent_minutes", "last_asked", "entry", "dismissed",
        ]
    )  # fmt: skip
    for subject in subjects:
        for wording in subject.wordings:
            cells = (
                subject.language, subject.question, wording.text, wording.times,
                subject.customers, subject.before, int(subject.is_rising), subject.complaints,
                round(subject.agent_minutes, 1), subject.last_at.isoformat(timespec="seconds"),
                subject.entry_id or "", subject.dismissed or "",
            )  # fmt: skip
            writer.writerow([_cell(cell) for cell in cells])
    return file.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _days(text: str | None) -> int:
    """One of the periods; the usual one for anything else."""
    known = {str(days): days for days in DAYS}
    return known.get(text or "", _USUAL_DAYS)
