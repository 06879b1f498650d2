"""The widget as a person meets it: places with names, and what one does there."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Frame, Locator, Page, expect

# Chromium reports every refused request itself; tests of failures say that they expect it.
REFUSED = "Failed to load resource"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "iframes": False,
}


class WidgetPage:
    """A page with the widget on it."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.errors: list[str] = []
        self.expects_refusals = False
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.launcher = page.locator("kotae-widget button")
        self.badge = page.locator("kotae-widget b")
        self.panel = page.locator("kotae-widget iframe")
        self.frame = self.panel.content_frame
        self.field = self.frame.locator("#field")
        self.messages = self.frame.locator(".item")
        self.bot_messages = self.frame.locator(".item.bot")
        self.own_messages = self.frame.locator(".item.customer")
        self.pending = self.frame.locator(".item.pending")
        self.answers = self.frame.locator(".item[data-kind=answer]")
        self.choices = self.frame.locator(".item .choice")
        self.suggestions = self.frame.get_by_role("option")
        self.typing = self.frame.locator(".typing")
        self.banner = self.frame.locator(".banner")
        self.bar = self.frame.locator(".bar")
        self.person = self.frame.locator(".tool.person")
        self.start_over = self.frame.locator(".tool.over")
        self.spoken = self.frame.get_by_role("status")
        self.scroller = self.frame.locator("main")

    def _note(self, message: ConsoleMessage) -> None:
        # The texts of the page's language are fetched ahead, and she may have chosen another.
        if message.type in ("error", "warning") and "preload" not in message.text:
            self.errors.append(message.text)

    def unexpected_errors(self) -> list[str]:
        return [e for e in self.errors if not (self.expects_refusals and REFUSED in e)]

    def visit(self, path: str = "/demo") -> None:
        self.page.goto(self.origin + path)
        expect(self.launcher).to_be_visible()

    def open(self) -> None:
        """Press the launcher and wait for the greeting."""
        self.launcher.click()
        expect(self.messages.first).to_be_visible()

    def close(self) -> None:
        self.frame.locator(".close").click()
        expect(self.panel).not_to_be_visible()

    def type(self, text: str) -> None:
        self.field.press_sequentially(text)

    def ask(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def choose(self, label: str) -> None:
        self.choices.filter(has_text=label).click()

    def language(self, code: str) -> Locator:
        return self.frame.locator(f".languages [data-language={code}]")

    def last_answer(self) -> Locator:
        return self.answers.last

    def last_said(self) -> Locator:
        """The text of the bot's or agent's last message."""
        return self.frame.locator(".item.bot .text, .item.agent .text").last

    def texts(self) -> list[str]:
        """What stands in the messages, in order."""
        return self.frame.locator(".item .text").all_inner_texts()

    def content(self) -> Frame:
        """The frame itself, for what only a script can see."""
        return next(f for f in self.page.frames if "/widget/frame" in f.url)

    def focused(self) -> str:
        """Id, or else tag, of what has the focus inside the frame."""
        script = "() => document.activeElement.id || document.activeElement.tagName.toLowerCase()"
        return str(self.content().evaluate(script))

    def violations(self, where: Page | Frame | None = None) -> list[str]:
        """What axe finds, one line for each kind; in the frame unless told otherwise."""
        found: dict[str, Any] = Axe().run(where or self.content(), options=RULES).response
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0].get('failureSummary', '')}"
            for v in found["violations"]
        ]
