"""Plan, do, check, act; the audit of silence; and how all of it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from faq_index.faq_file import MAX_ANSWER
from helpdesk.audit import VERDICTS, WANTED
from helpdesk.errors import BadInput, Conflict, NotFound
from helpdesk.holdout import MEASURES, OtherAnswer
from helpdesk.holdouts import LONGEST_DAYS, SHORTEST_DAYS
from helpdesk.plans import FIGURES, LONGEST_TITLE, Tried
from web_widget.staff.access import signed_in
from web_widget.staff.episode_view import episode_values
from web_widget.staff.forms import read_form
from web_widget.staff.plan_view import audit_view, effect_view, holdout_view, report_pages
from web_widget.staff.report_routes import Reports, period_label
from web_widget.staff.report_view import Links
from web_widget.staff.routing import Localised
from web_widget.staff.target_view import figure_name, target_view, unit_of
from web_widget.staff.texts import Texts
from web_widget.staff.views import View

PLAN, AUDIT = "/staff/reports/plan", "/staff/reports/audit"


def add_plan_routes(router: APIRouter, reports: Reports) -> None:
    desk, pages = reports.desk, reports.pages

    @router.get("/reports/plan")
    async def plan_page(request: Request) -> Response:
        texts = pages.texts_for(request)
        period = reports.last_days()
        report = await desk.reports.report(period.start, period.end)
        assumed = await desk.plans.assumptions()
        return pages.render(
            request,
            "plan.html",
            section="reports",
            pages=report_pages(Links(period, {})),
            here_page="plan",
            figures=[(figure, figure_name(figure)) for figure in FIGURES],
            longest_title=LONGEST_TITLE,
            longest_answer=MAX_ANSWER,
            today=period.end.isoformat(),
            assumed={
                "would_contact": _whole(assumed.would_contact),
                "cost": "" if assumed.cost is None else f"{assumed.cost:g}",
                "currency": assumed.currency,
            },
            targets=[
                target_view(each, report, period.end, texts) for each in await desk.plans.targets()
            ],
            tried=[_tried(each, texts) for each in await desk.plans.tried()],
            measures=MEASURES,
            languages=[(code, texts.language_name(code)) for code in pages.settings.languages],
            longest_holdout=(period.end + timedelta(days=LONGEST_DAYS - 1)).isoformat(),
            shortest_holdout=(period.end + timedelta(days=SHORTEST_DAYS - 1)).isoformat(),
            holdouts=[holdout_view(each, texts) for each in await desk.holdouts.registered()],
        )

    @router.post("/reports/plan")
    async def change_plan(request: Request) -> Response:
        form, texts = await read_form(request), pages.texts_for(request)
        try:
            await _change(reports, request, form)
        except (BadInput, Conflict) as error:
            raise Localised(f"{texts('gaps.refused')} {error.message}", error.status) from error
        return RedirectResponse(PLAN, status_code=303)

    @router.get("/reports/audit")
    async def audit_page(request: Request) -> Response:
        texts = pages.texts_for(request)
        period = reports.last_days()
        report = await desk.reports.report(period.start, period.end)
        episode = await desk.reports.to_judge(period.start, period.end)
        values: dict[str, Any] = {"episode": None}
        if episode is not None:
            view = View(texts, reports.clock(), {})
            values = episode_values(await desk.reports.episode(episode), view)
        return pages.render(
            request,
            "audit.html",
            section="reports",
            pages=report_pages(Links(period, {})),
            here_page="audit",
            period_label=period_label(period, texts),
            audited=audit_view(await desk.reports.audited(report), texts),
            wanted=WANTED,
            verdicts=VERDICTS,
            episode_id=episode,
            **values,
        )

    @router.post("/reports/audit")
    async def judge_silence(request: Request) -> Response:
        form, texts = await read_form(request), pages.texts_for(request)
        try:
            await desk.reports.judge_silence(
                signed_in(request).staff, form.get("episode", ""), form.get("verdict", "")
            )
        except BadInput as error:
            raise Localised(f"{texts('gaps.refused')} {error.message}", 400) from error
        return RedirectResponse(AUDIT, status_code=303)

    @router.get("/reports/how")
    async def how_page(request: Request) -> Response:
        return pages.render(
            request,
            "how.html",
            section="reports",
            pages=report_pages(Links(reports.last_days(), {})),
            here_page="how",
        )


async def _change(reports: Reports, request: Request, form: Mapping[str, str]) -> None:
    plans, staff = reports.desk.plans, signed_in(request).staff
    match form.get("do"):
        case "assume":
            share = _number(form, "would_contact")
            await plans.assume(
                staff,
                None if share is None else share / 100,
                _number(form, "cost"),
                form.get("currency", "").strip(),
            )
        case "aim":
            value = _number(form, "value")
            if value is None:
                raise BadInput("value must be a number.")
            figure = form.get("figure", "")
            await plans.aim(staff, figure, value * unit_of(figure), _day(form, "due"))
        case "begin":
            entries, changed = (
                tuple(form.get(name, "").replace(",", " ").split()) for name in ("entries", "pages")
            )
            started = _day(form, "started_on")
            await plans.begin(staff, form.get("title", ""), started, entries, changed)
        case "register":
            await reports.desk.holdouts.register(
                staff,
                form.get("title", ""),
                (_number(form, "share") or 0) / 100,
                _other(form),
                form.get("figure", ""),
                _day(form, "ends"),
            )
        case "stop":
            await reports.desk.holdouts.stop(staff, form.get("id", ""))
        case "drop_target":
            await plans.drop_target(staff, form.get("id", ""))
        case "drop_initiative":
            await plans.drop_initiative(staff, form.get("id", ""))
        case _:
            raise NotFound("There is no such action.")


def _other(form: Mapping[str, str]) -> float | OtherAnswer:
    """A threshold, or another answer of an entry."""
    threshold, entry = _number(form, "threshold"), form.get("entry", "").strip()
    if (threshold is None) == (not entry):
        raise BadInput("threshold or entry must be given, and not both.")
    if threshold is not None:
        return threshold / 100
    return OtherAnswer(entry, form.get("language", ""), form.get("answer", ""))


def _number(form: Mapping[str, str], name: str) -> float | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise BadInput(f"{name} must be a number.") from error


def _day(form: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError as error:
        raise BadInput(f"{name} must be a day such as 2026-11-25.") from error


def _whole(share: float | None) -> str:
    return "" if share is None else f"{share * 100:g}"


def _tried(tried: Tried, texts: Texts) -> dict[str, Any]:
    initiative, change = tried.initiative, tried.change
    return {
        "id": initiative.id,
        "title": initiative.title,
        "started": texts.day(initiative.started_on),
        "entries": texts("format.comma").join((*initiative.entries, *initiative.pages)),
        "by": initiative.by,
        **effect_view(change, texts),
    }
