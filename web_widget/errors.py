"""Every error leaves through here: one JSON shape for programs, one page for people.

helpdesk.errors.AppError    its own sentence and status
RequestValidationError      400, sentences from the vocabulary
HTTPException               the status's own sentence, unless the one who raised it wrote one
anything else               500, logged without its message, which could quote a customer
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from http import HTTPStatus

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from helpdesk.errors import AppError
from web_widget.error_page import error_page
from web_widget.vocabulary import sentences

log = structlog.get_logger(__name__)

SENTENCES: Mapping[int, str] = {
    400: "The request cannot be understood",
    401: "Sign in first",
    403: "This is not allowed",
    404: "There is nothing at this address",
    405: "This address does not take this kind of request",
    413: "The request is too large",
    415: "The request body must be JSON, sent as application/json",
    429: "Too many requests, please try again later",
    500: "Something went wrong on our side, please try again",
    503: "Kotae is busy, please try again in a moment",
}

# What the framework says of a body it cannot read, and what we say.
_FRAMEWORK = {"There was an error parsing the body": "The request body is not valid JSON"}

# Where people look at an answer with their own eyes.
_PAGES = ("/staff", "/demo", "/widget")


def problem(status: int, *messages: str) -> dict[str, object]:
    """The one shape of an error. The first message is the one to show."""
    told = [_whole(m) for m in messages or (SENTENCES.get(status) or HTTPStatus(status).phrase,)]
    return {"ok": False, "error": told[0], "errors": told, "status": status}


def _whole(message: str) -> str:
    """A sentence with its full stop."""
    return message if message.endswith((".", "!", "?", "。")) else message + "."


def problem_response(
    connection: HTTPConnection,
    status: int,
    *messages: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """`problem` as JSON, or as a page when a person's browser asked for one of our pages."""
    body = problem(status, *messages)
    if _wants_page(connection):
        language = connection.headers.get("accept-language", "")
        return error_page(status, str(body["error"]), language, headers=headers)
    return JSONResponse(body, status_code=status, headers=dict(headers or {}))


def _wants_page(connection: HTTPConnection) -> bool:
    path = connection.url.path
    below = any(path == page or path.startswith(page + "/") for page in _PAGES)
    return below and "text/html" in connection.headers.get("accept", "")


def app_error_response(request: HTTPConnection, exc: AppError) -> Response:
    """An error of the help desk, with Retry-After where it knows when to come back."""
    headers = {}
    if (seconds := getattr(exc, "retry_after", None)) is not None:
        headers["Retry-After"] = str(max(1, round(seconds)))
    return problem_response(request, exc.status, str(exc), headers=headers)


def unexpected_response(connection: HTTPConnection, exc: Exception) -> Response:
    """The answer to a failure nobody foresaw; the log has where it happened."""
    log.error("request failed", path=connection.url.path, **failure(exc))
    return problem_response(connection, 500)


def failure(exc: BaseException) -> dict[str, object]:
    """What may be logged of an exception: its type and where it arose, never its message."""
    frames = traceback.extract_tb(exc.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    return {"exception": type(exc).__qualname__, "where": where}


def install_error_handlers(app: FastAPI) -> None:
    """Make every error of `app` leave in the one shape."""

    async def on_app_error(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, AppError)
        return app_error_response(request, exc)

    async def on_wrong_request(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)
        return problem_response(request, 400, *sentences(exc.errors()))

    async def on_http_exception(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)
        if exc.status_code < 400:
            return Response(status_code=exc.status_code, headers=exc.headers)
        own = exc.detail != HTTPStatus(exc.status_code).phrase
        told = (_FRAMEWORK.get(exc.detail, exc.detail),) if own else ()
        return problem_response(request, exc.status_code, *told, headers=exc.headers)

    app.add_exception_handler(AppError, on_app_error)
    app.add_exception_handler(RequestValidationError, on_wrong_request)
    app.add_exception_handler(HTTPException, on_http_exception)
