"""What websites embed: the launcher, the frame with its files, and the demo shop around them.

Files are read when the routes are built and served from memory, packed once. Those of the frame
carry a digest of all of them in their address, so a browser may keep them for good and still never
mixes two versions.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

_HERE = Path(__file__).resolve().parent
STATIC = _HERE / "static"
DEMO = _HERE / "demo"

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
# The first stands in the page as its script, the second holds types only.
_NOT_PRELOADED = ("main.js", "types.js")
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*$", re.MULTILINE | re.DOTALL)
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
FOREVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"
# A website's visitors meet a new launcher within minutes, and none of them waits for it.
LAUNCHER_CACHE = "public, max-age=300, stale-while-revalidate=86400"

_NO_SCRIPT = {
    "en": "Please allow JavaScript to chat with us.",
    "ja": "チャットのご利用にはJavaScriptを有効にしてください。",
}


class EmbedSettings(Protocol):
    """The settings that these routes go by."""

    @property
    def allowed_origins(self) -> Sequence[str]: ...
    @property
    def languages(self) -> Sequence[str]: ...
    @property
    def default_language(self) -> str: ...
    @property
    def team_name(self) -> str: ...
    @property
    def demo(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    packed: bytes
    media_type: str
    etag: str


def make_asset(body: bytes, media_type: str) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:20]
    return Asset(body, gzip.compress(body, 9, mtime=0), media_type, f'"{digest}"')


def lean(code: str) -> str:
    """The code without indentation and without comments that have lines of their own.

    They are a third of what a visitor would load. Lines keep their numbers.
    """
    return _INDENTATION.sub("", _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), code))


def load_asset(path: Path) -> Asset:
    text = path.read_text(encoding="utf-8")
    body = lean(text) if path.suffix in (".js", ".css") else text
    return make_asset(body.encode(), _TYPES[path.suffix])


def load_assets(folder: Path) -> dict[str, Asset]:
    """Every file below `folder` that a browser may have, by its path in there."""
    return {
        path.relative_to(folder).as_posix(): load_asset(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in _TYPES
    }


def version_of(assets: Mapping[str, Asset]) -> str:
    """A digest of all the files: it changes when one of them does."""
    whole = "\n".join(f"{name} {asset.etag}" for name, asset in sorted(assets.items()))
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def respond(
    request: Request, asset: Asset, cache: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The file, packed when the browser takes it so; 304 when it has it already."""
    told = {
        "Cache-Control": cache,
        "ETag": asset.etag,
        "Vary": "Accept-Encoding",
        **(headers or {}),
    }
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=told)
    if "gzip" in request.headers.get("accept-encoding", ""):
        told["Content-Encoding"] = "gzip"
        return Response(asset.packed, media_type=asset.media_type, headers=told)
    return Response(asset.body, media_type=asset.media_type, headers=told)


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


def templates(*folders: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def pick_language(tag: str, settings: EmbedSettings) -> str:
    """The offered language that fits a tag such as ja-JP, else the default one."""
    base = tag.lower().split("-")[0]
    found = (name for name in settings.languages if name.lower() in (tag.lower(), base))
    return next(found, settings.default_language)


def widget_routes(settings: EmbedSettings) -> APIRouter:
    """`/widget.js`, `/widget/frame`, `/static/widget/...`, and `/` where there is no demo."""
    router = APIRouter(include_in_schema=False)
    launcher = load_asset(STATIC / "widget.js")
    assets = load_assets(STATIC / "widget")
    version = version_of(assets)
    base = f"/static/widget/{version}/"
    pages = templates(STATIC)
    modules = [name for name in assets if name.endswith(".js") and name not in _NOT_PRELOADED]
    frame_headers = {
        "Content-Security-Policy": frame_policy(settings.allowed_origins),
        "Referrer-Policy": "same-origin",
    }

    @router.get("/widget.js")
    async def widget_js(request: Request) -> Response:
        return respond(request, launcher, LAUNCHER_CACHE)

    @router.get("/widget/frame")
    async def frame(request: Request, language: str = "") -> Response:
        chosen = pick_language(language, settings)
        page = pages.get_template("frame.html").render(
            base=base,
            modules=modules,
            language=chosen,
            languages=",".join(settings.languages),
            default_language=settings.default_language,
            team_name=settings.team_name,
            noscript=_NO_SCRIPT.get(chosen, _NO_SCRIPT["en"]),
        )
        return respond(request, make_asset(page.encode(), "text/html"), ASK_FIRST, frame_headers)

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


def demo_routes(settings: EmbedSettings) -> APIRouter:
    """`/demo`, a shop that embeds the widget as any website would, and `/`, which leads there."""
    router = APIRouter(include_in_schema=False)
    if not settings.demo:
        return router
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
