"""A real Chromium for the tests of this folder, and what they drive with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.widget_double import Double, EmbedSettings, serving
from tests.browser.widget_page import WidgetPage
from tests.conftest import ROOT, chromium

SHOTS = ROOT / "var" / "test-screenshots"
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# By its own name headless Chromium would be counted as a crawler.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"

OpenPage = Callable[..., WidgetPage]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Tells the fixtures whether the test failed, so that they can keep a picture."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module. Playwright occupies the thread's event loop, so not for longer."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        yield running
        running.close()


@pytest.fixture
def double() -> Double:
    return Double()


@pytest.fixture
def server(double: Double) -> Iterator[str]:
    """The stand-in's origin, with the demo shop on it."""
    with serving(double.app(EmbedSettings())) as origin:
        double.url = origin
        yield origin


@pytest.fixture
def open_page(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Opens pages in contexts of their own; fails the test on any error in a console.

    The server outlives the pages, whose last requests would otherwise end as errors.
    """
    opened: list[WidgetPage] = []

    def open_one(origin: str, width: int = 1280, height: int = 800, **options: Any) -> WidgetPage:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            **{"reduced_motion": "reduce", "user_agent": AGENT, "locale": "en-GB"} | options,
        )
        context.set_default_timeout(8_000)
        opened.append(WidgetPage(context.new_page(), origin))
        return opened[-1]

    yield open_one
    errors = [error for widget in opened for error in widget.unexpected_errors()]
    if request.node.stash.get(FAILED, False) or errors:
        _keep_pictures(request.node.name, opened)
    for widget in opened:
        widget.page.context.close()
    assert server
    assert not errors, f"errors in the browser's console: {errors}"


def _keep_pictures(name: str, opened: list[WidgetPage]) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    safe = re.sub(r"[^\w-]+", "-", name)
    for number, widget in enumerate(opened):
        widget.page.screenshot(path=Path(SHOTS, f"{safe}-{number}.png"))


@pytest.fixture
def shop(open_page: OpenPage, server: str) -> WidgetPage:
    """The demo shop in English on a desktop, with the widget opened."""
    widget = open_page(server)
    widget.visit("/demo")
    widget.open()
    return widget
