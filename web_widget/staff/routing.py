"""The route class of the staff pages: its errors become pages for people, JSON for our scripts."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from helpdesk.errors import AppError, Away, Full, TooMany
from web_widget.staff.access import SignedOut
from web_widget.staff.pages import Pages
from web_widget.staff.texts import Texts


class Localised(AppError):
    """Its message is already in the reader's language."""


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def route_class(pages: Pages) -> type[APIRoute]:
    class StaffRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            handle = super().get_route_handler()

            async def answered(request: Request) -> Response:
                try:
                    return await handle(request)
                except AppError as error:
                    return error_response(pages, request, error)
                except (RequestValidationError, HTTPException) as error:
                    status = getattr(error, "status_code", 404)
                    return error_response(pages, request, AppError(str(error), status))

            return answered

    return StaffRoute


def error_response(pages: Pages, request: Request, error: AppError) -> Response:
    texts = pages.texts_for(request)
    sentence = problem_sentence(texts, error)
    headers = retry_headers(error)
    if wants_json(request):
        body = {"ok": False, "error": sentence, "errors": [sentence], "status": error.status}
        return JSONResponse(body, error.status, headers)
    if isinstance(error, SignedOut):
        return RedirectResponse(_login_url(request), status_code=303)
    heading = texts(_key(texts, "problem.heading", error.status))
    page = pages.render(request, "problem.html", error.status, heading=heading, sentence=sentence)
    page.headers.update(headers)
    return page


def problem_sentence(texts: Texts, error: AppError) -> str:
    """Ours in the reader's language; the desk's own sentences are English and meant for logs."""
    if isinstance(error, Localised):
        return error.message
    if isinstance(error, Full):
        return texts("problem.full", name=error.name, n=error.chats)
    if isinstance(error, Away):
        return texts("problem.away", name=error.name)
    if isinstance(error, TooMany):
        return texts("problem.429", time=wait(texts, error.retry_after))
    return texts(_key(texts, "problem", error.status))


def wait(texts: Texts, seconds: int) -> str:
    if seconds < 60:
        return texts.count("wait.seconds", max(1, seconds))
    return texts.count("wait.minutes", -(-seconds // 60))


def retry_headers(error: AppError) -> dict[str, str]:
    after = getattr(error, "retry_after", None)
    return {} if after is None else {"Retry-After": str(max(1, after))}


def _key(texts: Texts, prefix: str, status: int) -> str:
    key = f"{prefix}.{status}"
    return key if key in texts else f"{prefix}.other"


def _login_url(request: Request) -> str:
    if request.method not in ("GET", "HEAD"):
        return "/staff/login"
    query = f"?{request.url.query}" if request.url.query else ""
    return "/staff/login?next=" + quote(request.url.path + query, safe="/")
