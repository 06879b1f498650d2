"""The largest request body that is read, counted while it arrives."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web_widget.errors import problem_response

MAX_BODY = 16 * 1024


class BodyLimit:
    """413 for a larger body: at once when it says so, else when the limit is passed."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY) -> None:
        self._app = app
        self._limit = limit
        self._sentence = f"The request is too large (at most {limit // 1024} KB)"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._says_too_much(scope):
            response = problem_response(
                HTTPConnection(scope), 413, self._sentence, headers={"Connection": "close"}
            )
            await response(scope, receive, send)
            return
        arrived = 0

        async def receive_counted() -> Message:
            nonlocal arrived
            message = await receive()
            if message["type"] == "http.request":
                arrived += len(message.get("body", b""))
                if arrived > self._limit:
                    raise HTTPException(413, self._sentence, {"Connection": "close"})
            return message

        await self._app(scope, receive_counted, send)

    def _says_too_much(self, scope: Scope) -> bool:
        said = Headers(scope=scope).get("content-length", "")
        return said.isdigit() and (len(said) > 12 or int(said) > self._limit)
