"""The largest request body that is read, counted while it arrives."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web_widget.errors import problem_response

MAX_BODY = 16 * 1024
# What the team sends: an answer of 10,000 Japanese characters takes nine bytes each in a form.
# Who is not signed in is stopped earlier: see `staff.forms`.
STAFF_BODY = 512 * 1024
_STAFF = "/staff/"


class BodyLimit:
    """413 for a larger body: at once when it says so, else when the limit is passed."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = STAFF_BODY if scope["path"].startswith(_STAFF) else self._limit
        sentence = f"The request is too large (at most {limit // 1024} KB)"
        if _says_too_much(scope, limit):
            response = problem_response(
                HTTPConnection(scope), 413, sentence, headers={"Connection": "close"}
            )
            await response(scope, receive, send)
            return
        arrived = 0

        async def receive_counted() -> Message:
            nonlocal arrived
            message = await receive()
            if message["type"] == "http.request":
                arrived += len(message.get("body", b""))
                if arrived > limit:
                    raise HTTPException(413, sentence, {"Connection": "close"})
            return message

        await self._app(scope, receive_counted, send)


def _says_too_much(scope: Scope, limit: int) -> bool:
    said = Headers(scope=scope).get("content-length", "")
    return said.isdigit() and (len(said) > 12 or int(said) > limit)
