"""The page a person's browser shows for an error: no script, no template, nothing to load."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from string import Template

from starlette.responses import HTMLResponse

_STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem;"
    "color:#1d2733;background:#fff}h1{font-size:1.5rem}a{color:#0b5cad}"
    "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#11161c}a{color:#7cb7ff}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'"

_PAGE = Template(
    """<!doctype html>
<html lang="$language">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
<main>
<h1>$title</h1>
$sentence
<p><a href="$back">$back_text</a></p>
</main>
</html>
"""
)

# Status -> heading in English, heading in Japanese. 0 stands for every other status.
_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("That did not work", "リクエストを処理できませんでした"),
    401: ("Please sign in", "サインインしてください"),
    403: ("Not allowed", "この操作は許可されていません"),
    404: ("Page not found", "ページが見つかりません"),
    405: ("That did not work", "リクエストを処理できませんでした"),
    413: ("Too large", "送信されたデータが大きすぎます"),
    429: (
        "Too many requests",
        "アクセスが集中しています。しばらくしてからもう一度お試しください",
    ),
    503: ("Busy", "ただいま混み合っています。しばらくしてからもう一度お試しください"),
    0: ("Something went wrong", "エラーが発生しました。もう一度お試しください"),
}


def error_page(
    status: int, sentence: str, accept_language: str, *, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A page with the same sentence that the JSON has, in the browser's language where we can."""
    japanese = accept_language.strip().lower().startswith("ja")
    english_title, japanese_title = _TITLES.get(status, _TITLES[0])
    page = _PAGE.substitute(
        language="ja" if japanese else "en",
        title=escape(japanese_title if japanese else english_title),
        style=_STYLE,
        sentence=f'<p lang="en">{escape(sentence)}</p>',
        back="/staff",
        back_text="スタッフページへ戻る" if japanese else "Back to the staff pages",
    )
    return HTMLResponse(
        page,
        status_code=status,
        headers={
            **(headers or {}),
            "Content-Security-Policy": _POLICY,
            "Cache-Control": "no-store",
        },
    )
