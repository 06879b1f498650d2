"""What customers ask in vain, for those who write the FAQ."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from faq_index.entry import Entry
from helpdesk.errors import BadInput, Conflict
from helpdesk.types import Staff
from helpdesk.voice import Kind
from web_widget.customers_voice import DAYS, CustomersVoice
from web_widget.staff.access import signed_in
from web_widget.staff.faq_routes import place_of
from web_widget.staff.forms import read_form
from web_widget.staff.gap_file import gaps_csv
from web_widget.staff.gap_view import gap_view
from web_widget.staff.pages import Pages
from web_widget.staff.routing import Localised

_SHOWN = 40
_USUAL_DAYS = 28


def add_gap_routes(router: APIRouter, pages: Pages, voice: CustomersVoice) -> None:
    @router.get("/gaps")
    async def gaps_page(request: Request) -> Response:
        texts = pages.texts_for(request)
        days = _days(request.query_params.get("days"))
        heard = await voice.heard(days)
        shown = [gap_view(subject, voice, texts) for subject in heard.subjects[:_SHOWN]]
        languages = sorted({subject.language for subject in (*heard.subjects, *heard.dismissed)})
        return pages.render(
            request,
            "gaps.html",
            section="gaps",
            days=days,
            periods=DAYS,
            kinds=_by_kind(shown),
            subjects_of=lambda gap: [
                each for each in shown if each is not gap and each["language"] == gap["language"]
            ],
            quiet=texts.count("gaps.quiet", len(heard.quiet)) if heard.quiet else "",
            more=max(0, len(heard.subjects) - _SHOWN),
            dismissed=[gap_view(subject, voice, texts) for subject in heard.dismissed],
            entries={code: voice.entries(code) for code in languages},
            files={code: await voice.files(code) for code in languages},
            done=request.query_params.get("done", ""),
        )

    @router.get("/gaps.csv")
    async def gaps_file(request: Request) -> Response:
        heard = await voice.heard(_days(request.query_params.get("days")))
        name = "demo-gaps.csv" if pages.settings.demo else "gaps.csv"
        return Response(
            gaps_csv((*heard.subjects, *heard.dismissed)),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @router.post("/gaps")
    async def change_gap(request: Request) -> Response:
        form = await read_form(request)
        days = _days(form.get("days"))
        language, keys = form.get("language", ""), form.get("keys", "").split()
        staff = signed_in(request).staff
        try:
            target = await _do(form, days, language, keys, staff)
        except (BadInput, Conflict) as error:
            refused = pages.texts_for(request)("gaps.refused")
            raise Localised(f"{refused} {error.message}", error.status) from error
        return RedirectResponse(target, status_code=303)

    async def _do(
        form: dict[str, str], days: int, language: str, keys: list[str], staff: Staff
    ) -> str:
        """Returns the page to go on with."""
        match form.get("do"):
            case "dismiss":
                await voice.dismiss(days, language, keys, form.get("reason", ""), staff)
                done = "dismissed"
            case "reopen":
                await voice.reopen(language, keys)
                done = "reopened"
            case "merge":
                await voice.merge(language, keys, form.get("others", "").split())
                done = "merged"
            case "split":
                await voice.split(language, keys, form.get("key", ""))
                done = "split"
            case "phrasings":
                entry_id = form.get("entry", "")
                await voice.add_phrasings(days, language, keys, entry_id, staff)
                return place_of(entry_id, language, "/review")
            case "entry":
                draft = await voice.start_entry(await _new_entry(form, language), staff)
                return place_of(draft.entry_id, language)
            case _:
                raise BadInput("do must be dismiss, reopen, merge, split, phrasings or entry.")
        return f"/staff/gaps?days={days}&done={done}"

    async def _new_entry(form: dict[str, str], language: str) -> Entry:
        names = ("id", "question", "answer", "file")
        return await voice.new_entry(language, *(form.get(name, "").strip() for name in names))


def _by_kind(gaps: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Questions first; what there is none of is left out."""
    found = [(kind, [gap for gap in gaps if gap["kind"] == kind]) for kind in get_args(Kind)]
    return [(kind, own) for kind, own in found if own]


def _days(text: str | None) -> int:
    """One of the periods; the usual one for anything else."""
    known = {str(days): days for days in DAYS}
    return known.get(text or "", _USUAL_DAYS)
