"""Signing in and out, the start page, the language of the pages, and the static files."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from helpdesk.desk import Helpdesk
from helpdesk.errors import AppError, NotAllowed, TooMany
from web_widget.staff.access import cookie_name, may, signed_in
from web_widget.staff.forms import read_form
from web_widget.staff.pages import LANGUAGE_COOKIE, Pages
from web_widget.staff.routing import retry_headers, wait

STATIC = Path(__file__).parent / "static"
WIDGET = Path(__file__).parents[1] / "static" / "widget"
_YEAR = 365 * 24 * 3600
# Printable ASCII without a backslash; a second slash would name another host.
_OWN_PATH = re.compile(r"/staff(?:/(?!/)[!-\[\]-~]*)?")


def own_path(path: str | None) -> str:
    """`path` when it is one of the staff pages, otherwise the start page."""
    return path if path and _OWN_PATH.fullmatch(path) and "//" not in path else "/staff"


def add_session_routes(router: APIRouter, desk: Helpdesk, pages: Pages) -> None:
    cookie = cookie_name(pages.settings.https)
    files = StaticFiles(directory=STATIC)
    # A preview is drawn by the widget's own code, so that it cannot differ.
    of_widget = StaticFiles(directory=WIDGET)

    @router.get("/static/{path:path}")
    async def static_file(request: Request, path: str) -> Response:
        inside = path.removeprefix("widget/")
        chosen = files if inside == path else of_widget
        response = await chosen.get_response(inside, request.scope)
        response.headers["Cache-Control"] = "no-cache"
        return response

    @router.get("")
    @router.get("/")
    async def home(request: Request) -> Response:
        start = "/staff/inbox" if may(signed_in(request), "inbox") else "/staff/reports"
        return RedirectResponse(start, status_code=303)

    @router.get("/login")
    async def login_page(request: Request, next: str | None = None) -> Response:
        if request.state.session is not None:
            return RedirectResponse(own_path(next), status_code=303)
        return _login_form(pages, request, next=own_path(next))

    @router.post("/login")
    async def login(request: Request) -> Response:
        form = await read_form(request)
        target = own_path(form.get("next"))
        try:
            _, token, _ = await desk.sign_in(form.get("login", ""), form.get("password", ""))
        except (NotAllowed, TooMany) as error:
            return _refused(pages, request, error, form.get("login", ""), target)
        response = RedirectResponse(target, status_code=303)
        response.set_cookie(
            cookie, token, httponly=True, samesite="lax", secure=pages.settings.https, path="/"
        )
        return response

    @router.post("/logout")
    async def logout(request: Request) -> Response:
        await desk.sign_out(request.cookies[cookie])
        response = RedirectResponse("/staff/login", status_code=303)
        response.delete_cookie(
            cookie, httponly=True, samesite="lax", secure=pages.settings.https, path="/"
        )
        return response

    @router.post("/language")
    async def choose_language(request: Request) -> Response:
        form = await read_form(request)
        response = RedirectResponse(own_path(form.get("next")), status_code=303)
        if (language := form.get("language")) in pages.texts:
            response.set_cookie(
                LANGUAGE_COOKIE,
                str(language),
                max_age=_YEAR,
                path="/staff",
                httponly=True,
                samesite="lax",
                secure=pages.settings.https,
            )
        return response


def _login_form(
    pages: Pages,
    request: Request,
    *,
    next: str,
    login: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    return pages.render(
        request,
        "login.html",
        status,
        next=next,
        login=login,
        problem=problem,
        here=f"/staff/login?next={next}",
    )


def _refused(pages: Pages, request: Request, error: AppError, login: str, target: str) -> Response:
    texts = pages.texts_for(request)
    if isinstance(error, TooMany):
        problem = texts("login.throttled", time=wait(texts, error.retry_after))
    else:
        problem = texts("login.wrong")
    response = _login_form(
        pages, request, next=target, login=login, problem=problem, status=error.status
    )
    response.headers.update(retry_headers(error))
    return response
