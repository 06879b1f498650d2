"""Takes the pictures of docs/widget.md from a running demo: python -m tests.browser.gallery.

Start `KOTAE_CONVERSATION_RATE_PER_MINUTE=60 make run` first. Every picture is of the real product,
in a conversation held for it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import AGENT, SWITCHES
from tests.browser.pictures import FOLDER, GREETING, sign_in
from tests.browser.widget_page import WidgetPage
from tests.conftest import ROOT, chromium

WORDS = {
    "en": {
        "ask": "how can I cancel an order",
        "typed": "deliv",
        "vague": "gift",
        "lost": "are you there?",
    },
    "ja": {
        "ask": "注文をキャンセルしたい",
        "typed": "配送",
        "vague": "ギフト",
        "lost": "聞こえますか",
    },
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1000, "height": 780}}
PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": 700}, "has_touch": True}
NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}
ZOOMED: dict[str, Any] = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}


class Gallery:
    def __init__(self, browser: Browser, url: str, password: str, language: str) -> None:
        self._browser = browser
        self._url = url
        self._password = password
        self._language = language
        self._words = WORDS[language]

    @contextmanager
    def widget(self, name: str, *, whole: bool = False, **options: Any) -> Iterator[WidgetPage]:
        """An opened widget; what it shows at the end of the block becomes the picture."""
        context = self._browser.new_context(
            user_agent=AGENT,
            locale="ja-JP" if self._language == "ja" else "en-GB",
            reduced_motion="reduce",
            **(DESKTOP | options),
        )
        shop = WidgetPage(context.new_page(), self._url)
        shop.visit(f"/demo?lang={self._language}")
        shop.open()
        yield shop
        shop.page.wait_for_timeout(400)
        path = FOLDER / "widget" / f"{name}-{self._language}.png"
        (shop.page if whole else shop.panel).screenshot(path=path)
        context.close()

    def asked(self, shop: WidgetPage, key: str = "ask") -> None:
        seen = shop.bot_messages.count()
        shop.ask(self._words[key])
        shop.bot_messages.nth(seen).wait_for()

    def take(self) -> None:
        with self.widget("begin") as shop:
            shop.frame.locator(".starters button").first.wait_for()
        with self.widget("answer") as shop:
            self.asked(shop)
        with self.widget("dark", color_scheme="dark") as shop:
            self.asked(shop)
        with self.widget("choices") as shop:
            self.asked(shop, "vague")
        with self.widget("typing") as shop:
            shop.type(self._words["typed"])
            shop.suggestions.first.wait_for()
            shop.field.press("ArrowDown")
        with self.widget("offline") as shop:
            self.asked(shop)
            shop.page.context.set_offline(True)
            shop.ask(self._words["lost"])
            shop.banner.wait_for()
        with self.widget("colours", forced_colors="active") as shop:
            self.asked(shop, "vague")
        with self.widget("phone", whole=True, **PHONE) as shop:
            self.asked(shop)
        with self.widget("narrow", whole=True, **NARROW) as shop:
            self.asked(shop, "vague")
        with self.widget("zoomed", whole=True, **ZOOMED) as shop:
            self.asked(shop)
        self.take_person()

    def take_person(self) -> None:
        with self.widget("survey") as shop:
            self.asked(shop)
            shop.person.click()
            shop.bar.wait_for()
            self.picture(shop, "waiting")
            self.with_agent(lambda: self.picture(shop, "agent"))
            shop.frame.locator("form.survey").wait_for()
            shop.frame.locator(".star").nth(4).click()
            shop.frame.locator(".grade").nth(9).click()

    def picture(self, shop: WidgetPage, name: str) -> None:
        shop.page.wait_for_timeout(300)
        shop.panel.screenshot(path=FOLDER / "widget" / f"{name}-{self._language}.png")

    def with_agent(self, meanwhile: Callable[[], None]) -> None:
        context = self._browser.new_context(user_agent=AGENT, **DESKTOP)
        desk = context.new_page()
        sign_in(desk, self._url, "demo-agent", self._password, self._language)
        desk.goto(f"{self._url}/staff/inbox")
        desk.locator(".queue[data-queue=waiting] .row").last.click()
        desk.locator("form[data-action=claim] button").first.click()
        desk.locator("#text").fill(GREETING[self._language])
        desk.locator("#text").press("Enter")
        desk.wait_for_timeout(800)
        meanwhile()
        desk.locator("#open-close").click()
        desk.locator("#close-form button").last.click()
        desk.wait_for_timeout(500)
        context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--password-file", type=Path, default=ROOT / "var" / "demo-password")
    chosen = parser.parse_args()
    password = chosen.password_file.read_text(encoding="utf-8").strip()
    (FOLDER / "widget").mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        for language in ("en", "ja"):
            Gallery(browser, chosen.url, password, language).take()
        browser.close()


if __name__ == "__main__":
    main()
