"""The demo shop: it embeds the widget as any website would."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web_widget.assets import (
    ASK_FIRST,
    FOREVER,
    Asset,
    load_assets,
    make_asset,
    respond,
    templates,
    version_of,
)
from web_widget.embed import page_policy

DEMO = Path(__file__).resolve().parent / "demo"


def demo_routes() -> APIRouter:
    """`/demo`, a shop that embeds the widget as any website would, and `/`, which leads there."""
    router = APIRouter(include_in_schema=False)
    assets = load_assets(DEMO / "assets")
    version = version_of(assets)
    pages = {
        path.stem: _demo_page(path, version) for path in sorted((DEMO / "content").glob("*.json"))
    }
    policy = page_policy("script-src 'self'", "frame-src 'self'")

    @router.get("/")
    async def root() -> Response:
        return RedirectResponse("/demo", status_code=302)

    @router.get("/demo")
    async def demo(request: Request, lang: str = "en") -> Response:
        page = pages.get(lang.lower().split("-")[0], pages["en"])
        return respond(request, page, ASK_FIRST, {"Content-Security-Policy": policy})

    @router.get("/demo/assets/{name:path}")
    async def asset(request: Request, name: str) -> Response:
        is_versioned = name.startswith(f"{version}/")
        found = assets.get(name.removeprefix(f"{version}/"))
        if found is None:
            raise HTTPException(404)
        return respond(request, found, FOREVER if is_versioned else ASK_FIRST)

    return router


def _demo_page(content: Path, version: str) -> Asset:
    texts = json.loads(content.read_text(encoding="utf-8"))
    template = templates(DEMO / "templates").get_template("shop.html")
    page = template.render(base=f"/demo/assets/{version}/", **texts)
    return make_asset(page.encode(), "text/html")
