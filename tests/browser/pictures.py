"""Takes the pictures in docs/pictures from a running demo: python -m tests.browser.pictures.

Start `make run` first. Every picture is of the real product, in a conversation held for it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import AGENT, SWITCHES
from tests.browser.widget_page import WidgetPage
from tests.conftest import ROOT, chromium

FOLDER = ROOT / "docs" / "pictures"
WIDE, NARROW = (1280, 800), (375, 740)
GREETING = {
    "en": "Hello, this is Demo. May I have your order number?",
    "ja": "お世話になっております。ご注文番号をお知らせいただけますか。",
}
NOTE = {
    "en": "The warehouse has the parcel; Demo asked them at ten.",
    "ja": "倉庫に荷物あり。10時にDemoが確認済み。",
}
SEARCHED = {"en": "cancel", "ja": "キャンセル"}
ADDED = {"en": "where has my tent got to", "ja": "テントが届かないのですが"}
REPORTS = ("", "why", "plan", "audit", "loyalty", "how")
READY = {
    "en": ("Greeting", "Hello, this is {agent} of {team}. Your number is {reference}."),
    "ja": ("ご挨拶", "お待たせいたしました。{team}の{agent}です。受付番号は{reference}です。"),
}
TRIED = {
    "en": "where is my order\ngift\ndo you have vegan soup recipes",
    "ja": "注文した商品は今どこですか\nポイント\n明日の東京の天気を教えて",
}
ASKED = {
    "en": ["how can I cancel an order", "gift"],
    "ja": ["注文をキャンセルしたい", "ポイント"],
}


@contextmanager
def page(browser: Browser, size: tuple[int, int], language: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        user_agent=AGENT,
        locale="ja-JP" if language == "ja" else "en-GB",
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def chat(widget: WidgetPage, language: str) -> None:
    widget.visit(f"/demo?lang={language}")
    widget.open()
    for question in ASKED[language]:
        seen = widget.bot_messages.count()
        widget.ask(question)
        widget.bot_messages.nth(seen).wait_for()
    widget.page.wait_for_timeout(400)


def take_widget(browser: Browser, url: str, language: str) -> None:
    for name, size in (("", WIDE), ("-phone", NARROW)):
        with page(browser, size, language) as tab:
            chat(WidgetPage(tab, url), language)
            tab.screenshot(path=FOLDER / f"widget{name}-{language}.png")


def sign_in(tab: Page, url: str, login: str, password: str, language: str) -> None:
    tab.goto(f"{url}/staff/login")
    tab.locator("#login").fill(login)
    tab.locator("#password").fill(password)
    tab.locator("form[action='/staff/login'] button").click()
    label = "日本語" if language == "ja" else "English"
    tab.get_by_text(label, exact=True).first.click()


def take_handoff(browser: Browser, url: str, password: str, language: str) -> None:
    with page(browser, WIDE, language) as shop, page(browser, WIDE, language) as desk:
        widget = WidgetPage(shop, url)
        chat(widget, language)
        widget.person.click()
        widget.bar.wait_for()
        sign_in(desk, url, "demo-agent", password, language)
        desk.goto(f"{url}/staff/inbox")
        desk.locator(".row").first.wait_for()
        desk.screenshot(path=FOLDER / f"inbox-{language}.png")
        desk.locator(".queue[data-queue=waiting] .row").last.click()
        desk.locator("form[data-action=claim] button").first.click()
        desk.locator("#note").fill(NOTE[language])
        desk.locator(".note-form button").click()
        desk.wait_for_load_state("load")
        greeting = GREETING[language]
        desk.locator("#text").fill(greeting)
        desk.locator("#text").press("Enter")
        widget.frame.get_by_text(greeting).first.wait_for()
        desk.screenshot(path=FOLDER / f"conversation-{language}.png")
        shop.screenshot(path=FOLDER / f"widget-agent-{language}.png")
        desk.locator("#find").press_sequentially(SEARCHED[language])
        # With the FAQ's answers behind the ready replies.
        desk.locator("#found li").nth(1).wait_for()
        desk.screenshot(path=FOLDER / f"find-answer-{language}.png")
        desk.locator("#find").press("Escape")
        desk.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        desk.screenshot(path=FOLDER / f"conversation-phone-{language}.png")
        desk.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        desk.locator("#open-close").click()
        desk.locator("#close-form button").last.click()


def take_report(browser: Browser, url: str, password: str, language: str) -> None:
    with page(browser, WIDE, language) as tab:
        sign_in(tab, url, "demo-manager", password, language)
        for name in REPORTS:
            query = quarter() if name == "loyalty" else ""
            tab.goto(f"{url}/staff/reports/{name}".rstrip("/") + query)
            picture = "-".join(filter(None, ("reports", name)))
            tab.screenshot(path=FOLDER / f"{picture}-{language}.png", full_page=True)
            tab.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
            tab.screenshot(path=FOLDER / f"{picture}-phone-{language}.png")
            tab.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def quarter() -> str:
    """Purchases are counted for a month after a contact."""
    today = datetime.now(UTC).date()
    return f"?period=custom&start={today - timedelta(days=90)}&end={today}"


def take_ready_replies(browser: Browser, url: str, password: str, language: str) -> None:
    """Before a chat, so that an agent finds one."""
    with page(browser, WIDE, language) as tab:
        sign_in(tab, url, "demo-lead", password, language)
        tab.goto(f"{url}/staff/ready-replies")
        title, text = READY[language]
        if not tab.locator("summary", has_text=title).count():
            form = tab.locator("form[aria-labelledby=new]")
            form.locator("[name=language]").select_option(language)
            form.locator("[name=title]").fill(title)
            form.locator("[name=text]").fill(text)
            form.locator("button.primary").click()
            tab.locator("summary", has_text=title).wait_for()
        tab.locator("summary", has_text=title).click()
        tab.screenshot(path=FOLDER / f"ready-replies-{language}.png")


def take_faq(browser: Browser, url: str, password: str, language: str) -> None:
    """What a lead sees; the draft that is made for it is dropped."""
    with page(browser, WIDE, language) as tab:
        sign_in(tab, url, "demo-lead", password, language)
        tab.goto(f"{url}/staff/faqs")
        tab.screenshot(path=FOLDER / f"faqs-{language}.png")
        place = f"{url}/staff/faqs/{language}/track-order"
        tab.goto(place)
        also = tab.locator("[name=also_asked]")
        also.fill(f"{also.input_value()}\n{ADDED[language]}")
        tab.screenshot(path=FOLDER / f"faq-{language}.png", full_page=True)
        tab.locator("button[value=review]").click()
        tab.locator("button[value=publish]").wait_for(timeout=60_000)
        tab.screenshot(path=FOLDER / f"faq-review-{language}.png", full_page=True)
        tab.goto(place)
        tab.locator("button[value=drop]").click()
        tab.goto(f"{url}/staff/try")
        tab.locator("[name=questions]").fill(TRIED[language])
        tab.locator("select[name=language]").select_option(language)
        tab.locator("button[value=ask]").click()
        tab.locator("#asked-0").wait_for()
        tab.screenshot(path=FOLDER / f"try-{language}.png", full_page=True)
        tab.goto(f"{url}/staff/gaps")
        tab.screenshot(path=FOLDER / f"gaps-{language}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--password-file", type=Path, default=ROOT / "var" / "demo-password")
    chosen = parser.parse_args()
    password = chosen.password_file.read_text(encoding="utf-8").strip()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        for language in ("en", "ja"):
            take_widget(browser, chosen.url, language)
            take_ready_replies(browser, chosen.url, password, language)
            take_handoff(browser, chosen.url, password, language)
            take_report(browser, chosen.url, password, language)
            take_faq(browser, chosen.url, password, language)
        browser.close()


if __name__ == "__main__":
    main()
