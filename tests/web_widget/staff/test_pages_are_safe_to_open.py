from __future__ import annotations

import re

import pytest

from tests.web_widget.conftest import MakeApp, client_of
from tests.web_widget.staff.support import PASSWORD, Person
from tests.web_widget.support import Customer
from web_widget.staff.pages import TEMPLATES
from web_widget.staff.session_routes import STATIC


async def test_only_our_own_scripts_and_styles_run(ada: Person, waiting: Customer) -> None:
    for path in ("/staff/inbox", f"/staff/inbox/{waiting.id}", "/staff/reports"):
        policy = (await ada.get(path)).headers["content-security-policy"]
        for rule in ("script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
            assert rule in policy, path
        assert "unsafe" not in policy


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.html")))
def test_no_page_has_a_script_or_style_inside(template: str) -> None:
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|\|\s*safe", source)


@pytest.mark.usefixtures("waiting")
async def test_the_chart_has_no_style_inside(ada: Person) -> None:
    page = (await ada.get("/staff/reports?period=this_week")).text
    assert '<svg aria-hidden="true"' in page and " style=" not in page


async def test_pages_are_not_kept_by_the_browser(ana: Person) -> None:
    assert (await ana.get("/staff/inbox")).headers["cache-control"] == "no-store"


async def test_styles_are_asked_for_again_but_not_sent_again(ana: Person) -> None:
    first = await ana.get("/staff/static/base.css")
    assert first.headers["cache-control"] == "no-cache"
    again = await ana.get("/staff/static/base.css", **{"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["nothing.css", "../pages.py", "..%2fpages.py", "%2e%2e/pages.py", "/etc/passwd", ""]
)
async def test_no_other_file_is_served(ana: Person, path: str) -> None:
    assert (await ana.get(f"/staff/static/{path}")).status_code in (404, 405)


async def test_every_file_a_page_asks_for_is_there() -> None:
    sources = [*TEMPLATES.glob("*.html"), *STATIC.glob("*.js")]
    found = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = set(re.findall(r"/staff/static/([\w./-]+)", found))
    named |= set(re.findall(r'from "\./([\w.]+)"', found))
    assert named and all((STATIC / name).is_file() for name in named)


async def test_a_strip_says_that_this_is_a_demo(make_app: MakeApp) -> None:
    app = make_app(demo="true")
    await app.desk.add_staff("ada", "Ada", "admin", PASSWORD)
    async with client_of(app) as http:
        ada = Person(http)
        assert 'class="demo-strip"' in await ada.see("/staff/login")
        await ada.sign_in("ada")
        for path in ("/staff/inbox", "/staff/reports", "/staff/reports/episodes"):
            assert 'class="demo-strip"' in await ada.see(path), path
        assert 'class="demo-strip"' in await ada.see("/staff/inbox/unknown", 404)


async def test_there_is_no_strip_in_production(ada: Person) -> None:
    for path in ("/staff/inbox", "/staff/reports"):
        assert "demo-strip" not in await ada.see(path)
