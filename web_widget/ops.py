"""Endpoints for the operator and her machines: /livez, /readyz and /metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from web_widget.security import same_secret

Status = Literal["ready", "degraded", "unready"]
Check = Callable[[], Awaitable[bool]]

# Probes come often and from several sides; the parts are asked no more often than this.
_FRESH_SECONDS = 1.0
_CHECK_TIMEOUT = 2.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """Rasa may be away: the index answers alone. Without database or index nobody is answered."""

    database: bool
    index: bool
    rasa: bool

    @property
    def status(self) -> Status:
        if not (self.database and self.index):
            return "unready"
        return "ready" if self.rasa else "degraded"

    def as_json(self) -> dict[str, str]:
        def word(good: bool) -> str:
            return "ok" if good else "failed"

        return {
            "status": self.status,
            "database": word(self.database),
            "index": word(self.index),
            "rasa": word(self.rasa),
        }


class Health:
    """Asks the parts how they are, and remembers the answer for a second."""

    def __init__(
        self,
        database: Check,
        index: Check,
        rasa: Check,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._checks = (database, index, rasa)
        self._clock = clock
        self._lock = asyncio.Lock()
        self._last: tuple[float, Readiness] | None = None

    async def readiness(self) -> Readiness:
        async with self._lock:
            now = self._clock()
            if self._last is None or now - self._last[0] >= _FRESH_SECONDS:
                found = await asyncio.gather(*(_well(check) for check in self._checks))
                self._last = (now, Readiness(*found))
            return self._last[1]


async def _well(check: Check) -> bool:
    try:
        async with asyncio.timeout(_CHECK_TIMEOUT):
            return await check()
    except Exception:  # noqa: BLE001 - a part that fails in any way is not well
        return False


def probe_routes(health: Health) -> list[Route]:
    """/livez says that the event loop runs; /readyz whether customers are answered, and how."""

    async def livez(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_request: Request) -> Response:
        readiness = await health.readiness()
        code = 503 if readiness.status == "unready" else 200
        return JSONResponse(readiness.as_json(), status_code=code)

    return [Route("/livez", livez), Route("/readyz", readyz)]


def metrics_route(
    collect: Callable[[], Awaitable[bytes]], may_read: Callable[[Request], bool]
) -> Route:
    """/metrics for those who may read it; for all others there is nothing here."""

    async def metrics(request: Request) -> Response:
        if not may_read(request):
            raise HTTPException(404)
        return Response(await collect(), media_type=CONTENT_TYPE_LATEST)

    return Route("/metrics", metrics)


def with_token(token: str | None) -> Callable[[Request], bool]:
    """Only callers with `Authorization: Bearer <token>`; nobody when no token is set."""

    def may_read(request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and same_secret(given.strip(), token)

    return may_read


def anybody(_request: Request) -> bool:
    """For the listener that only this machine reaches."""
    return True
