"""What customers are told first while something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.banners import LONGEST_TEXT, Banners
from helpdesk.clock import Clock
from helpdesk.errors import BadInput
from helpdesk.store.banners import Banner
from web_widget.staff.access import signed_in
from web_widget.staff.forms import read_form
from web_widget.staff.pages import Pages
from web_widget.staff.routing import Localised
from web_widget.staff.texts import Texts
from web_widget.workshop.desk import Workshop

_USUAL = timedelta(hours=4)


def add_banner_routes(
    router: APIRouter, pages: Pages, workshop: Workshop, banners: Banners, clock: Clock
) -> None:
    zone, languages = pages.settings.time_zone, pages.settings.languages

    @router.get("/banners")
    async def banners_page(request: Request) -> Response:
        texts, now = pages.texts_for(request), clock()
        faq = await workshop.faq()
        return pages.render(
            request,
            "banners.html",
            section="banners",
            rows=[_row(banner, texts, now) for banner in await banners.listed()],
            topics=sorted({entry.topic for entry in faq.entries}),
            offered=[(code, texts.language_name(code)) for code in languages],
            longest=LONGEST_TEXT,
            start=_local(now, zone),
            end=_local(now + _USUAL, zone),
            zone=str(zone),
        )

    @router.post("/banners")
    async def change_banner(request: Request) -> Response:
        form, texts = await read_form(request), pages.texts_for(request)
        if form.get("do") == "end":
            await banners.end(form.get("id", ""))
            return RedirectResponse("/staff/banners", status_code=303)
        try:
            await banners.add(
                signed_in(request).staff,
                {code: form.get(f"text.{code}", "") for code in languages},
                form.get("words", "").split("\n"),
                [value for name, value in form.items() if name.startswith("topic.")],
                _moment(form, "start", zone),
                _moment(form, "end", zone),
            )
        except BadInput as error:
            raise Localised(f"{texts('gaps.refused')} {error.message}", 400) from error
        return RedirectResponse("/staff/banners", status_code=303)


def _row(banner: Banner, texts: Texts, now: datetime) -> dict[str, Any]:
    state = "over" if banner.ends_at <= now else "on" if banner.starts_at <= now else "coming"
    return {
        "id": banner.id,
        "state": state,
        "texts": banner.texts.items(),
        "about": texts("format.comma").join((*banner.words, *banner.topics)),
        "start": texts.moment(banner.starts_at, now),
        "end": texts.moment(banner.ends_at, now),
        "by": banner.by,
    }


def _moment(form: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime:
    """A local time of the team."""
    try:
        return datetime.fromisoformat(form.get(name, "")).replace(tzinfo=zone)
    except ValueError as error:
        raise BadInput(f"{name} must be a day and a time.") from error


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"
