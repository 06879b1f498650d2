"""A day at the demo shop, in Chromium: asked, answered, handed over and counted by the product.

Every person has a browser of her own. The report is read once the episodes are over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from faq_index import load_faq
from tests.browser.widget_page import WidgetPage
from tests.conftest import ROOT
from tests.product import Product, started

pytestmark = [pytest.mark.live, pytest.mark.browser, pytest.mark.timeout(600)]
OpenPage = Callable[..., WidgetPage]
IDLE_MINUTES = 1

TEN_QUESTIONS = {
    "en": [
        ("where is my order? it should have come by now", "track-order"),
        ("how can I cancel an order", "cancel-order"),
        ("do you ship to other countries?", "international-shipping"),
        ("how much does delivery cost", "delivery-cost"),
        ("how do I return something I bought online", "return-item"),
        ("when will I get my refund", "refund-time"),
        ("which payment methods do you accept", "payment-methods"),
        ("I forgot my password", "reset-password"),
        ("when do my points expire?", "points-expiry"),
        ("what are your store opening hours", "store-hours"),
    ],
    "ja": [
        ("注文した商品は今どこですか", "track-order"),
        ("注文をキャンセルしたいです", "cancel-order"),
        ("海外への配送はできますか", "international-shipping"),
        ("送料はいくらですか", "delivery-cost"),
        ("オンラインで買った商品を返品したい", "return-item"),
        ("返金はいつになりますか", "refund-time"),
        ("支払い方法を教えてください", "payment-methods"),
        ("パスワードを忘れました", "reset-password"),
        ("ポイントの有効期限はいつまでですか", "points-expiry"),
        ("店舗の営業時間を教えて", "store-hours"),
    ],
}


@pytest.fixture(scope="module")
def shop_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product on which nobody else counts episodes, and where they end after a minute."""
    settings = {
        "KOTAE_EPISODE_IDLE_MINUTES": str(IDLE_MINUTES),
        "KOTAE_MESSAGE_RATE_PER_MINUTE": "600",
        "KOTAE_CONVERSATION_RATE_PER_MINUTE": "600",
    }
    with started(tmp_path_factory.mktemp("shop-day"), settings) as running:
        yield running


def customer(open_page: OpenPage, product: Product, language: str = "en") -> WidgetPage:
    widget = open_page(product.url, locale="ja-JP" if language == "ja" else "en-GB")
    widget.visit(f"/demo?lang={language}")
    widget.open()
    return widget


def shown(entry_id: str, language: str) -> str:
    """How the answer of an entry begins, as a person reads it."""
    entry = next(
        e for e in load_faq(ROOT / "data" / "faq") if (e.id, e.language) == (entry_id, language)
    )
    return entry.answer.splitlines()[0].replace("*", "")[:40]


def staff(open_page: OpenPage, product: Product, login: str) -> Page:
    page = open_page(product.url).page
    page.goto(f"{product.url}/staff/login")
    page.get_by_label("Login name").fill(login)
    page.get_by_label("Password").fill(product.password())
    page.get_by_role("button", name="Sign in").click()
    return page


def test_a_day_at_the_shop(open_page: OpenPage, shop_day: Product) -> None:
    for language in ("en", "ja"):
        ask_ten_questions(open_page, shop_day, language)
    ask_misspelt(open_page, shop_day)
    ask_ambiguously(open_page, shop_day)
    ask_what_nobody_knows_and_leave(open_page, shop_day)
    only_greet(open_page, shop_day)
    talk_to_a_person(open_page, shop_day)
    time.sleep(IDLE_MINUTES * 60 + 1)
    read_the_report(open_page, shop_day)


def ask_ten_questions(open_page: OpenPage, shop_day: Product, language: str) -> None:
    """Ends `assumed`: she says nothing about the last answer."""
    widget = customer(open_page, shop_day, language)
    for number, (question, expected) in enumerate(TEN_QUESTIONS[language], 1):
        widget.ask(question)
        expect(widget.answers).to_have_count(number, timeout=15_000)
        expect(widget.last_answer()).to_contain_text(shown(expected, language))


def ask_misspelt(open_page: OpenPage, shop_day: Product) -> None:
    """Ends `confirmed`, by the button under the answer."""
    widget = customer(open_page, shop_day)
    widget.ask("how do i trak my parcle")
    expect(widget.answers).to_have_count(1, timeout=15_000)
    expect(widget.last_answer()).to_contain_text(shown("track-order", "en"))
    widget.frame.get_by_role("button", name="Yes").click()
    expect(widget.frame.get_by_text("glad", exact=False)).to_be_visible()


def ask_ambiguously(open_page: OpenPage, shop_day: Product) -> None:
    """Ends `assumed`: a choice was answered."""
    widget = customer(open_page, shop_day)
    widget.ask("gift")
    expect(widget.choices.first).to_be_visible(timeout=15_000)
    expect(widget.choices.last).to_have_text("None of these")
    widget.choices.first.click()
    expect(widget.answers).to_have_count(1, timeout=15_000)


def ask_what_nobody_knows_and_leave(open_page: OpenPage, shop_day: Product) -> None:
    """Ends `unresolved`."""
    widget = customer(open_page, shop_day)
    widget.ask("do you have vegan soup recipes")
    expect(widget.bot_messages).to_have_count(2, timeout=15_000)
    expect(widget.answers).to_have_count(0)


def only_greet(open_page: OpenPage, shop_day: Product) -> None:
    """Ends as small talk, outside every rate."""
    widget = customer(open_page, shop_day)
    widget.ask("hello")
    expect(widget.bot_messages).to_have_count(2, timeout=15_000)


def talk_to_a_person(open_page: OpenPage, shop_day: Product) -> None:
    """Ends `handed_off`, attended."""
    question = "can you recommend a good novel"
    widget = customer(open_page, shop_day)
    widget.ask(question)
    expect(widget.bot_messages).to_have_count(2, timeout=15_000)
    widget.ask("what is the capital of Mongolia")
    widget.choices.filter(has_text="Talk to a person").click(timeout=15_000)
    expect(widget.bar).to_be_visible(timeout=15_000)

    agent = staff(open_page, shop_day, "demo-agent")
    agent.goto(f"{shop_day.url}/staff/inbox")
    agent.locator(".queue[data-queue=waiting] .row").first.click()
    agent.wait_for_url("**/staff/inbox/*")
    agent.wait_for_load_state("load")
    packet = agent.locator(".packet")
    expect(packet).to_contain_text("capital of Mongolia")
    expect(agent.locator("#messages")).to_contain_text(question)
    agent.get_by_role("button", name="Take this conversation").click()
    agent.locator("#text").fill("Good morning, this is Demo. We sell tents, not tickets.")
    agent.locator("#text").press("Enter")
    expect(widget.last_said()).to_contain_text("We sell tents, not tickets.", timeout=15_000)

    widget.ask("a pity, thank you")
    expect(agent.locator("#messages")).to_contain_text("a pity, thank you", timeout=15_000)
    assert "I am sorry" not in widget.last_said().inner_text()
    agent.locator("#open-close").click()
    agent.locator("#close-form").get_by_role("button", name="Close").last.click()
    expect(widget.frame.get_by_text("closed", exact=False).first).to_be_visible(timeout=15_000)


def read_the_report(open_page: OpenPage, shop_day: Product) -> None:
    manager = staff(open_page, shop_day, "demo-manager")
    manager.goto(f"{shop_day.url}/staff/reports")
    rows = {
        row.locator("th").inner_text().strip(): row.locator("td").first.inner_text().strip()
        for row in manager.locator("table").first.locator("tbody tr").all()
    }
    expected = {
        "Confirmed": "1",
        "Assumed": "3",
        "Unresolved": "1",
        "Handed over": "1",
        "Attended": "1",
        "Open": "0",
    }
    assert {name: rows[name] for name in expected} == expected
    for outcome in ("Confirmed", "Assumed", "Unresolved", "Handed over"):
        manager.goto(f"{shop_day.url}/staff/reports")
        row = manager.locator("table").first.locator("tbody tr", has_text=outcome).first
        row.locator("a").first.click()
        expect(manager.locator("tbody tr")).to_have_count(int(expected[outcome]))
        manager.locator("tbody tr a").first.click()
        expect(manager.locator("main")).to_contain_text(outcome)
