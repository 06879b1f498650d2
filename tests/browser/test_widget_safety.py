"""Hostile texts and pages, strict policies: nothing runs, nothing leaks, the widget works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.widget_double import Double, EmbedSettings, free_port, serving
from tests.browser.widget_page import WidgetPage

pytestmark = pytest.mark.browser

HOSTILE = """<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">
[click](javascript:window.hacked=1) [click](JaVaScRiPt:alert(1)) [data](data:text/html,<b>x</b>)
[file](file:///etc/passwd) javascript:window.hacked=1 **<b>bold</b>** `<i>code</i>`
[ok](https://yamamichi.example/a?b=1&c=2) https://yamamichi.example/x_(y). 詳しくはhttps://yamamichi.example/ja。
[mail](mailto:support@yamamichi.example) [call](tel:0120000000)"""

PAGE = """<!doctype html><html lang="{lang}"><head><title>A shop</title>
<script src="{kotae}/widget.js" data-site="shop" async></script>{head}</head>
<body><main><h1>A shop elsewhere</h1></main></body></html>"""

HOSTILE_STYLE = """* { display: none !important; all: unset !important; }
kotae-widget { opacity: 0 !important; transform: scale(0) !important; }
button, iframe, span { font-size: 1px !important; visibility: hidden !important; }
html, body, main { display: block !important; }"""


class HostPage:
    """A website on an origin of its own that embeds the widget."""

    def __init__(self) -> None:
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.policy = ""
        self.head = ""
        self.lang = "en"

    def app(self, kotae: str) -> FastAPI:
        app = FastAPI()

        @app.get("/{path:path}")
        async def page() -> HTMLResponse:
            headers = {"Content-Security-Policy": self.policy} if self.policy else {}
            html = PAGE.format(kotae=kotae, head=self.head, lang=self.lang)
            return HTMLResponse(html, headers=headers)

        return app


@pytest.fixture
def host() -> HostPage:
    return HostPage()


@pytest.fixture
def kotae(host: HostPage, double: Double) -> Iterator[str]:
    """The stand-in on its own origin, which lets `host` show the widget; `host` is up as well."""
    settings = EmbedSettings(allowed_origins=(host.origin,))
    with serving(double.app(settings)) as kotae, serving(host.app(kotae), port=host.port):
        yield kotae


def test_hostile_text_stays_text(shop: WidgetPage, double: Double) -> None:
    double.replies = lambda _talk, _text: [
        {
            "text": HOSTILE,
            "kind": "answer",
            "faq_id": "<b>",
            "links": [
                {"title": "<img src=x onerror=alert(1)>", "url": "javascript:window.hacked=1"},
                {"title": "Good", "url": "https://yamamichi.example/good"},
            ],
        }
    ]
    shop.ask(HOSTILE)
    answer = shop.last_answer()
    expect(answer).to_contain_text("<script>window.hacked = 1</script>")
    hrefs = [a.get_attribute("href") for a in answer.locator("a").all()]
    assert hrefs == [
        "https://yamamichi.example/a?b=1&c=2",
        "https://yamamichi.example/x_(y)",
        "https://yamamichi.example/ja",
        "mailto:support@yamamichi.example",
        "tel:0120000000",
        "https://yamamichi.example/good",
    ]
    assert shop.frame.locator("#app img, #app script, .text b, .text i").count() == 0
    assert shop.content().evaluate("window.hacked") is None
    double.say("agent", HOSTILE, agent_name="<i>Eve</i>")
    expect(shop.messages.last).to_contain_text("<i>Eve</i>")
    assert shop.content().evaluate("window.hacked") is None


def test_text_cannot_be_turned_into_markup_even_by_mistake(shop: WidgetPage) -> None:
    tried = """() => { try { document.body.innerHTML = "<b>x</b>"; return "done" }
                       catch (error) { return error.name } }"""
    assert shop.content().evaluate(tried) == "TypeError"
    shop.errors.clear()


def test_works_on_a_page_with_a_strict_policy(
    open_page: OpenPage, host: HostPage, kotae: str, double: Double
) -> None:
    host.policy = f"default-src 'none'; script-src {kotae}; frame-src {kotae}"
    shop = open_page(host.origin)
    shop.visit("/shop?session=secret#part")
    assert shop.launcher.evaluate("e => getComputedStyle(e).position") == "fixed"
    shop.open()
    shop.ask("hello")
    expect(shop.last_said()).to_have_text("You said: hello")
    shop.close()
    assert double.talk.facts["page"] == f"{host.origin}/shop"
    assert double.talk.facts["site"] == "shop"


def test_works_on_a_page_with_hostile_styles(
    open_page: OpenPage, host: HostPage, kotae: str
) -> None:
    host.head = f"<style>{HOSTILE_STYLE}</style>"
    shop = open_page(host.origin)
    shop.visit("/")
    box = shop.launcher.bounding_box()
    assert kotae and box and box["height"] >= 48
    expect(shop.launcher).to_have_css("font-size", "16px")
    shop.open()
    shop.close()


def test_a_page_hears_once_that_the_widget_is_there(
    open_page: OpenPage, host: HostPage, kotae: str
) -> None:
    again = f'<script src="{kotae}/widget.js" data-site="shop" async></script>'
    host.head = f"""<script>
      window.heard = [];
      for (const where of [window, document])
        where.addEventListener("kotae:ready", () => heard.push(typeof Kotae.ask));
    </script>{again * 3}"""
    shop = open_page(host.origin)
    shop.visit("/")
    shop.page.wait_for_load_state("networkidle")
    assert shop.page.evaluate("heard") == ["function", "function"]
    expect(shop.page.locator("kotae-widget")).to_have_count(1)
    tried = "() => { window.Kotae = 1; Kotae.open = 1; return typeof Kotae.open }"
    assert shop.page.evaluate(tried) == "function"


def test_a_page_that_turns_its_language_takes_the_widget_along(
    open_page: OpenPage, host: HostPage, kotae: str
) -> None:
    assert kotae
    shop = open_page(host.origin)
    shop.visit("/")
    shop.open()
    shop.page.evaluate("document.documentElement.lang = 'ja-JP'")
    expect(shop.person).to_have_text("担当者と話す")
    expect(shop.panel).to_have_attribute("title", "お問い合わせ")


def test_a_website_that_is_not_listed_cannot_show_the_chat(
    open_page: OpenPage, server: str, host: HostPage
) -> None:
    with serving(host.app(server), port=host.port):
        shop = open_page(host.origin)
        shop.visit("/")
        shop.launcher.click()
        expect(shop.panel).to_be_visible()
        shop.page.wait_for_timeout(300)
        assert all("/widget/frame" not in f.url for f in shop.page.frames)
        assert any("frame-ancestors" in error for error in shop.errors)
        shop.errors.clear()
        shop.page.close()


def test_words_from_strangers_are_not_obeyed(
    open_page: OpenPage, host: HostPage, kotae: str
) -> None:
    shop = open_page(host.origin)
    shop.visit("/")
    shop.open()
    # Neither the page to itself, nor the frame to itself, is the other side of the bridge.
    shop.page.evaluate("postMessage({ kotae: 1, type: 'close' }, '*')")
    shop.content().evaluate("postMessage({ kotae: 1, type: 'language', language: 'ja' }, '*')")
    shop.page.wait_for_timeout(300)
    expect(shop.panel).to_be_visible()
    expect(shop.person).to_have_text("Talk to a person")
    assert kotae


def test_the_conversation_is_kept_where_the_page_cannot_read_it(
    open_page: OpenPage, host: HostPage, kotae: str, double: Double
) -> None:
    shop = open_page(host.origin)
    shop.visit("/")
    shop.open()
    shop.person.click()
    expect(shop.bar).to_be_visible()
    of_page = shop.page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")
    of_frame = shop.content().evaluate("JSON.stringify({ ...localStorage })")
    assert kotae and double.talk.token not in of_page and double.talk.id not in of_page
    assert double.talk.token in of_frame
    assert not shop.page.context.cookies()


def test_the_frame_asks_nobody_but_its_own_server(
    open_page: OpenPage, host: HostPage, kotae: str
) -> None:
    shop = open_page(host.origin)
    asked: list[str] = []
    shop.page.on("request", lambda request: asked.append(request.url))
    shop.visit("/")
    shop.open()
    shop.ask("hello")
    expect(shop.last_said()).to_have_text("You said: hello")
    assert {url for url in asked if not url.startswith((kotae, host.origin, "data:"))} == set()
    tokens = [url for url in asked if "token" in url.lower()]
    assert not tokens


def test_nothing_of_the_chat_is_loaded_before_it_is_opened(
    open_page: OpenPage, host: HostPage, kotae: str
) -> None:
    shop = open_page(host.origin)
    asked: list[str] = []
    shop.page.on("request", lambda request: asked.append(request.url))
    shop.visit("/")
    shop.page.wait_for_timeout(200)
    assert [url for url in asked if url.startswith(kotae)] == [
        f"{kotae}/widget.js",
        f"{kotae}/widget/site.js?site=shop",
    ]


def test_works_where_the_browser_refuses_storage(
    open_page: OpenPage, host: HostPage, kotae: str
) -> None:
    assert kotae
    shop = open_page(host.origin)
    shop.page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"]) {
          const get = () => { throw new DOMException("no", "SecurityError") };
          Object.defineProperty(window, name, { get });
        }"""
    )
    shop.visit("/")
    shop.open()
    shop.ask("hello")
    expect(shop.last_said()).to_have_text("You said: hello")
