"""Around every request: nothing unforeseen gets out, and each leaves one line in the log."""

from __future__ import annotations

import time

import structlog
from prometheus_client import Counter
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web_widget.errors import failure, unexpected_response

log = structlog.get_logger("web_widget.access")

_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"})


class Guard:
    """Answers an unforeseen failure with the one error shape, and counts and logs requests.

    The line has the path without its query: what a customer typed may stand in the query.
    """

    def __init__(self, app: ASGIApp, requests: Counter | None = None) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        begun = time.monotonic()

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except Exception as exc:  # noqa: BLE001 - the last line of defence of each request
            if status:
                # The answer has begun; all that is left is to break it off.
                log.error("answer broken off", path=scope["path"], **failure(exc))
                raise ConnectionAbortedError from None
            await unexpected_response(HTTPConnection(scope), exc)(scope, receive, send_noted)
        finally:
            self._note(scope, status, time.monotonic() - begun)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        if self._requests is not None:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._requests.labels(method, str(status)).inc()
        log.debug(
            "request",
            method=scope["method"],
            path=scope["path"],
            status=status,
            ms=round(seconds * 1000),
        )
