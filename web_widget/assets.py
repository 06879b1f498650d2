"""Files that browsers load, read once and served from memory, packed."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from web_widget.pack import lean, tight

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    packed: bytes
    media_type: str
    etag: str


def make_asset(body: bytes, media_type: str) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:20]
    return Asset(body, gzip.compress(body, 9, mtime=0), media_type, f'"{digest}"')


def load_asset(path: Path) -> Asset:
    text = path.read_text(encoding="utf-8")
    slim = {".js": tight, ".css": lean}.get(path.suffix, str)
    return make_asset(slim(text).encode(), _TYPES[path.suffix])


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


def templates(*folders: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
