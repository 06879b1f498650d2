"""Pages whose second half takes seconds to find out: the first is sent at once, with no script."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import StreamingResponse

from faq_index.errors import FaqIndexError
from web_widget.errors import failure
from web_widget.staff.pages import Pages

log = structlog.get_logger(__name__)

# Stands in the template where the first part ends.
CUT = "<!-- the rest is being found out -->"


def in_two_parts(
    pages: Pages,
    request: Request,
    template: str,
    shown: Mapping[str, Any],
    find: Callable[[], Awaitable[Mapping[str, Any]]],
) -> StreamingResponse:
    """`find` gives what only the second part shows. The template is told `is_begun` for the first,
    and `failed`, a sentence, when nothing could be found."""
    begun = pages.render(request, template, **shown, is_begun=True, failed="")

    async def parts() -> AsyncIterator[str]:
        yield bytes(begun.body).decode().split(CUT)[0]
        more: Mapping[str, Any] = {}
        failed = ""
        try:
            more = await find()
        except FaqIndexError as error:
            failed = str(error)
        except Exception as exc:  # noqa: BLE001 - the page has begun: it must also end
            log.error("second part of a page not found", **failure(exc))
            failed = pages.texts_for(request)("faqs.impact.failed")
        values = {**shown, **more, "is_begun": False, "failed": failed}
        yield bytes(pages.render(request, template, **values).body).decode().split(CUT)[1]

    headers = {"Cache-Control": begun.headers["cache-control"]}
    return StreamingResponse(parts(), media_type="text/html", headers=headers)
