"""What may be promised of the answers that Kotae gives by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from faq_index import Promise
from web_widget.staff.pages import Pages
from web_widget.staff.promise_view import promise_view


def add_promise_routes(
    router: APIRouter, pages: Pages, promises: Callable[[], Sequence[Promise]]
) -> None:
    @router.get("/promise")
    async def promise_page(request: Request) -> Response:
        texts = pages.texts_for(request)
        shown = [promise_view(promise, texts) for promise in promises()]
        return pages.render(request, "promise.html", section="promise", promises=shown)
