"""The widget on a website of its own, against the real server: what its site's settings say, and
who its customer is."""

# ruff: noqa: F401, F811 - fixtures are taken by their names

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_widget_safety import HostPage, host
from tests.browser.widget_page import WidgetPage
from tests.web_widget.conftest import MakeSettings, built, home, index, knowledge, make_settings
from tests.web_widget.staff.serving import Running, serving
from web_widget.knowledge import Knowledge

pytestmark = pytest.mark.browser

KEY = "a-key-of-the-shop-that-is-long-enough"
SITE = """
shop:
  origins: [{origin}]
  color: "#7a2448"
  position: left
  title: {{en: Ask the shop, ja: お店に質問}}
  greeting: {{en: "Welcome, **friend**!", ja: いらっしゃいませ。}}
  starters: [track-order, return-item]
  identity_key_file: shop.key
"""


@pytest.fixture
def kotae(
    host: HostPage, make_settings: MakeSettings, knowledge: Knowledge, tmp_path: Path
) -> Iterator[Running]:
    """The real server, which knows the website `host`; `host` is up as well."""
    from tests.browser.widget_double import serving as serving_page

    (tmp_path / "shop.key").write_text(KEY, encoding="utf-8")
    file = tmp_path / "sites.yml"
    file.write_text(SITE.format(origin=host.origin), encoding="utf-8")
    with (
        serving(make_settings(sites_file=str(file)), knowledge) as running,
        serving_page(host.app(running.address), port=host.port),
    ):
        yield running


@pytest.fixture
def visit(open_page: OpenPage, host: HostPage, kotae: Running) -> Any:
    """Opens the website as somebody, on a device of her own."""

    def go(name: str | None = None, *, opened: bool = True, **options: Any) -> WidgetPage:
        widget = open_page(host.origin, **options)
        widget.visit("/")
        if name is not None:
            identify(widget.page, word(name))
        if opened:
            widget.open()
        return widget

    assert kotae
    return go


def word(name: str, **claims: Any) -> str:
    now = int(time.time())
    told = {"sub": name, "aud": "kotae:shop", "iat": now, "exp": now + 300, **claims}
    return jwt.encode(told, KEY, algorithm="HS256")


def identify(page: Page, token: str | None) -> None:
    page.evaluate("token => Kotae.identify(token)", token)


@pytest.mark.parametrize(
    ("lang", "title", "greeting", "first"),
    [
        ("en", "Ask the shop", "Welcome, friend!", "Where is my order?"),
        ("ja", "お店に質問", "いらっしゃいませ。", "注文した商品は今どこにありますか"),
    ],
)
@pytest.mark.parametrize(("width", "height"), [(375, 720), (1280, 860)])
def test_a_site_looks_and_speaks_as_its_file_says(
    visit: Any, host: HostPage, lang: str, title: str, greeting: str, first: str,
    width: int, height: int,
) -> None:  # fmt: skip
    host.lang = lang
    shop = visit(opened=False, width=width, height=height)
    box = shop.launcher.bounding_box()
    assert box and box["x"] == 20
    expect(shop.launcher).to_have_css("background-color", "rgb(122, 36, 72)")
    shop.open()
    expect(shop.frame.locator("h1")).to_have_text(title)
    expect(shop.frame.locator("header")).to_have_css("background-color", "rgb(122, 36, 72)")
    expect(shop.bot_messages.first.locator(".text")).to_have_text(greeting)
    starters = shop.frame.locator(".starters button")
    expect(starters).to_have_count(2)
    expect(starters.first).to_have_text(first)
    starters.first.click()
    expect(shop.answers).to_have_count(1)
    expect(starters.first).to_be_hidden()
    assert shop.focused() in ("field", "h1")


def test_a_button_of_the_page_asks_for_the_customer(visit: Any) -> None:
    shop = visit(opened=False)
    shop.page.evaluate("Kotae.ask('where is my order'); Kotae.ask('how do I return it')")
    expect(shop.panel).to_be_visible()
    expect(shop.own_messages.locator(".text")).to_have_text(
        ["where is my order", "how do I return it"]
    )
    shop.page.evaluate("Kotae.ask('and my tent?')")
    expect(shop.own_messages).to_have_count(3)
    expect(shop.pending).to_have_count(0)
    said = shop.page.evaluate(
        """() => ["", "  ", 7, null].map((odd) => {
          try { Kotae.ask(odd) } catch (error) { return error.message }
        })"""
    )
    assert said == ["Kotae.ask(text): text is empty"] * 4


def test_a_customer_finds_her_conversation_on_another_device(visit: Any) -> None:
    phone = visit("vera", width=375, height=720)
    phone.ask("where is my order")
    expect(phone.answers).to_have_count(1)
    laptop = visit("vera")
    expect(laptop.own_messages.locator(".text")).to_have_text(["where is my order"])
    laptop.ask("can I return it")
    expect(phone.own_messages).to_have_count(2)
    walt = visit("walt")
    expect(walt.own_messages).to_have_count(0)


def test_signing_in_keeps_what_was_just_asked(visit: Any) -> None:
    shop = visit()
    shop.ask("where is my order")
    expect(shop.answers).to_have_count(1)
    before = shop.texts()
    identify(shop.page, word("vera"))
    other = visit("vera")
    expect(other.own_messages).to_have_count(1)
    assert shop.texts() == before


def test_whoever_signs_out_leaves_nothing_behind(visit: Any) -> None:
    shop = visit("vera")
    shop.ask("where is my order")
    expect(shop.answers).to_have_count(1)
    identify(shop.page, None)
    expect(shop.own_messages).to_have_count(0)
    expect(shop.messages).to_have_count(1)
    shop.page.reload()
    shop.open()
    expect(shop.own_messages).to_have_count(0)


def test_what_was_on_its_way_when_she_signed_out_is_not_shown(visit: Any) -> None:
    shop = visit("vera")
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append((route, route.fetch()))
        else:
            route.continue_()

    shop.page.route(re.compile(r"/messages$"), hold)
    shop.ask("where is my order")
    expect(shop.answers).to_have_count(1)
    identify(shop.page, None)
    expect(shop.own_messages).to_have_count(0)
    expect(shop.messages).to_have_count(1)
    [(route, response)] = held
    with shop.page.expect_response(re.compile(r"/messages$")):
        route.fulfill(response=response)
    shop.page.wait_for_timeout(200)
    assert shop.messages.count() == 1


def test_signing_out_in_one_tab_clears_the_others(visit: Any, host: HostPage) -> None:
    shop = visit("vera")
    shop.ask("where is my order")
    expect(shop.answers).to_have_count(1)
    other = WidgetPage(shop.page.context.new_page(), host.origin)
    other.visit("/")
    identify(other.page, word("vera"))
    other.open()
    expect(other.own_messages).to_have_count(1)
    identify(shop.page, None)
    for tab in (shop, other):
        expect(tab.own_messages).to_have_count(0)
        expect(tab.messages).to_have_count(1)
    other.ask("is anybody signed in?")
    expect(shop.own_messages).to_have_count(1)


def test_the_next_customer_of_a_browser_sees_nothing_of_the_last(visit: Any) -> None:
    shop = visit("vera")
    shop.expects_refusals = True
    shop.ask("where is my order")
    expect(shop.answers).to_have_count(1)
    shop.page.reload()
    identify(shop.page, word("walt"))
    shop.open()
    expect(shop.messages).to_have_count(1)
    expect(shop.own_messages).to_have_count(0)


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"exp": 1_700_000_000, "iat": 1_699_999_000}, "identity_token has expired"),
        ({"aud": "kotae:tea"}, "aud must be 'kotae:shop'"),
    ],
)
def test_a_wrong_word_is_explained_to_the_developer_and_the_chat_goes_on(
    visit: Any, claims: dict[str, Any], sentence: str
) -> None:
    shop = visit(opened=False)
    shop.expects_refusals = True
    heard: list[str] = []
    shop.page.on("console", lambda message: heard.append(message.text))
    shop.page.evaluate("window.told = []; Kotae.on('identity', (news) => told.push(news))")
    identify(shop.page, word("vera", **claims))
    shop.open()
    shop.ask("where is my order")
    expect(shop.answers).to_have_count(1)
    told = shop.page.evaluate("told")
    assert len(told) == 1 and told[0]["ok"] is False and sentence in told[0]["error"]
    assert [one for one in heard if f"Kotae.identify: {told[0]['error']}" in one]
    shop.errors[:] = [one for one in shop.errors if "Kotae.identify" not in one]


def test_the_word_stays_out_of_addresses_and_storages(visit: Any) -> None:
    shop = visit(opened=False)
    asked: list[str] = []
    shop.page.on("request", lambda request: asked.append(request.url))
    token = word("vera")
    identify(shop.page, token)
    shop.open()
    shop.ask("where is my order")
    expect(shop.answers).to_have_count(1)
    signature = token.rsplit(".", 1)[1]
    kept = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"
    stored = shop.content().evaluate(kept) + shop.page.evaluate(kept)
    assert asked and not [url for url in asked if signature in url]
    assert signature not in stored


ODD = [
    "😀👩‍👩‍👧‍👦🇯🇵 zalgo h̴̡͝e̷l̵l̴o",
    "مرحبا، أين طلبي؟ \u202eabc",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "[press](javascript:alert(1)) javascript:alert(1)",
    "/restart",
    "／restart",
    "\u3000/session_start",
    '/ask_for_person{"x": "y"}',
    "'; DROP TABLE messages; --",
    "a" * 2000,
]


def test_whatever_is_written_stays_text_and_gets_a_reply(visit: Any) -> None:
    shop = visit()
    for number, text in enumerate(ODD, 1):
        replies = shop.bot_messages.count()
        shop.ask(text)
        expect(shop.own_messages).to_have_count(number)
        expect(shop.pending).to_have_count(0)
        expect(shop.bot_messages).not_to_have_count(replies)
        expect(shop.own_messages.last.locator(".text")).to_contain_text(text.strip()[:40])
    assert (
        shop.frame.locator("#app img, #app script, .item.customer a[href^=javascript]").count() == 0
    )
    expect(shop.bar).to_be_hidden()


def test_a_null_byte_is_no_obstacle(visit: Any) -> None:
    shop = visit()
    shop.field.evaluate("field => { field.value = 'where\\0 is my order' }")
    shop.field.press("Enter")
    expect(shop.answers).to_have_count(1)
    expect(shop.pending).to_have_count(0)


def test_ten_thousand_characters_are_kept_back_with_a_sentence(visit: Any) -> None:
    shop = visit()
    shop.ask("x" * 10_000)
    expect(shop.frame.locator(".counter")).to_have_text("8000 characters too many")
    expect(shop.own_messages).to_have_count(0)
    expect(shop.field).to_have_value("x" * 10_000)


@pytest.mark.parametrize("changed", ["token", "id"])
def test_a_wrong_token_or_somebody_elses_conversation_begins_a_new_one(
    visit: Any, changed: str
) -> None:
    other, shop = visit(), visit()
    other.ask("my secret question")
    expect(other.pending).to_have_count(0)
    shop.expects_refusals = True
    shop.ask("mine")
    expect(shop.pending).to_have_count(0)
    theirs = other.content().evaluate("JSON.parse(localStorage['kotae:shop']).en")
    value = theirs["id"] if changed == "id" else "x" * 43
    shop.content().evaluate(
        """([name, value]) => {
          const kept = JSON.parse(localStorage["kotae:shop"]);
          kept.en[name] = value;
          localStorage["kotae:shop"] = JSON.stringify(kept);
        }""",
        [changed, value],
    )
    shop.page.reload()
    shop.open()
    expect(shop.frame.get_by_text("Your earlier conversation has ended")).to_be_visible()
    expect(shop.own_messages).to_have_count(0)
    shop.ask("where is my order")
    expect(shop.answers).to_have_count(1)
