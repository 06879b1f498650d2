"""What websites embed: the launcher with its site's settings, and the frame with its files.

The files of the frame carry a digest of all of them in their address, so a browser may keep them
for good and still never mixes two versions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web_widget.assets import (
    ASK_FIRST,
    FOREVER,
    Asset,
    load_asset,
    load_assets,
    make_asset,
    respond,
    templates,
    version_of,
)
from web_widget.pack import pack
from web_widget.sites import Site, Sites

STATIC = Path(__file__).resolve().parent / "static"
# A website's visitors meet a new launcher within minutes, and none of them waits for it.
LAUNCHER_CACHE = "public, max-age=300, stale-while-revalidate=86400"

_NO_SCRIPT = {
    "en": "Please allow JavaScript to chat with us.",
    "ja": "チャットのご利用にはJavaScriptを有効にしてください。",
}


class EmbedSettings(Protocol):
    """The settings that these routes go by."""

    @property
    def team_name(self) -> str: ...
    @property
    def demo(self) -> bool: ...


def frame_policy(allowed_origins: Iterable[str]) -> str:
    """The frame may load from here alone and turn no text into markup; the listed sites show it."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src 'self' data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
            " ".join(("frame-ancestors", "'self'", *allowed_origins)),
        )
    )


def page_policy(*more: str) -> str:
    """A page of ours that stands on its own."""
    base = ("default-src 'none'", "style-src 'self'", "img-src 'self' data:", "base-uri 'none'")
    return "; ".join((*base, "form-action 'none'", "frame-ancestors 'none'", *more))


def pick_language(tag: str, languages: Sequence[str]) -> str:
    """The offered language that fits a tag such as ja-JP, else the first."""
    base = tag.lower().split("-")[0]
    found = (name for name in languages if name.lower() in (tag.lower(), base))
    return next(found, languages[0])


def widget_assets() -> dict[str, Asset]:
    """What the frame loads, by its path: the modules are joined into `frame.js`."""
    folder = STATIC / "widget"
    files = load_assets(folder)
    modules = {
        name: (folder / name).read_text(encoding="utf-8") for name in files if name.endswith(".js")
    }
    script = make_asset(pack(modules, "main.js").encode(), "text/javascript")
    return {"frame.js": script, **{n: file for n, file in files.items() if n not in modules}}


def site_script(site: Site) -> Asset:
    """What the launcher must know before it is drawn. A script, because a page with a strict
    policy lets nothing else in."""
    known = {
        "color": site.color,
        "position": site.position,
        "languages": list(site.languages),
    }
    code = f"document.currentScript.kotae={json.dumps(known, separators=(',', ':'))}"
    return make_asset(code.encode(), "text/javascript")


def widget_routes(settings: EmbedSettings, sites: Sites) -> APIRouter:
    """`/widget.js`, `/widget/site.js`, `/widget/frame`, `/static/widget/...`, and `/` where there
    is no demo."""
    router = APIRouter(include_in_schema=False)
    launcher = load_asset(STATIC / "widget.js")
    assets = widget_assets()
    version = version_of(assets)
    base = f"/static/widget/{version}/"
    pages = templates(STATIC)

    @router.get("/widget.js")
    async def widget_js(request: Request) -> Response:
        return respond(request, launcher, LAUNCHER_CACHE)

    @router.get("/widget/site.js")
    async def site_js(request: Request, site: str = "default") -> Response:
        return respond(request, site_script(sites.get(site)), LAUNCHER_CACHE)

    @router.get("/widget/frame")
    async def frame(request: Request, site: str = "default", language: str = "") -> Response:
        shown_on = sites.get(site)
        chosen = pick_language(language, shown_on.languages)
        page = pages.get_template("frame.html").render(
            base=base,
            language=chosen,
            languages=",".join(shown_on.languages),
            titles=json.dumps(dict(shown_on.title), ensure_ascii=False),
            team_name=settings.team_name,
            noscript=_NO_SCRIPT.get(chosen, _NO_SCRIPT["en"]),
        )
        headers = {
            "Content-Security-Policy": frame_policy(shown_on.origins),
            "Referrer-Policy": "same-origin",
        }
        return respond(request, make_asset(page.encode(), "text/html"), ASK_FIRST, headers)

    @router.get("/static/widget/{name:path}")
    async def static(request: Request, name: str) -> Response:
        is_versioned = name.startswith(f"{version}/")
        asset = assets.get(name.removeprefix(f"{version}/"))
        if asset is None:
            raise HTTPException(404)
        return respond(request, asset, FOREVER if is_versioned else ASK_FIRST)

    if not settings.demo:
        home = pages.get_template("home.html").render(base=base, team_name=settings.team_name)
        home_page = make_asset(home.encode(), "text/html")

        @router.get("/")
        async def root(request: Request) -> Response:
            return respond(
                request, home_page, ASK_FIRST, {"Content-Security-Policy": page_policy()}
            )

    return router
