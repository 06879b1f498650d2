"""How fast the widget is here: python -m tests.browser.speed. Prints medians over several runs.

A server of its own on loopback, a new browser profile for every run, nothing cached.
"""

from __future__ import annotations

import argparse
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import AGENT, SWITCHES
from tests.browser.widget_double import Double, EmbedSettings, serving
from tests.browser.widget_page import WidgetPage
from tests.conftest import chromium

# From the press on the launcher to the first paint inside the frame; both clocks start at an
# origin of their own, so the difference of the origins is added.
PRESS = """() => new Promise((done) => {
  const root = document.querySelector("kotae-widget").shadowRoot;
  const pressed = performance.timeOrigin + performance.now();
  root.querySelector("button").click();
  done(pressed);
})"""
PAINT = """() => new Promise((done) => {
  const tell = (entry) => done(performance.timeOrigin + entry.startTime);
  const look = (list) => list.getEntries().filter((e) => e.name === "first-contentful-paint")
    .forEach(tell);
  new PerformanceObserver(look).observe({ type: "paint", buffered: true });
})"""
# One more message among a thousand, and a scroll from the end to the beginning.
FRAMES = """() => new Promise((done) => {
  const main = document.querySelector("main");
  const times = [];
  let last = performance.now();
  let top = main.scrollHeight;
  const step = (now) => {
    times.push(now - last);
    last = now;
    top -= main.scrollHeight / 120;
    main.scrollTop = top;
    if (top > 0) requestAnimationFrame(step);
    else done(times.slice(2));
  };
  requestAnimationFrame(step);
})"""
RENDER = """() => new Promise((done) => {
  const list = document.querySelector(".messages");
  const began = performance.now();
  new MutationObserver(() => requestAnimationFrame(() => done(performance.now() - began)))
    .observe(list, { childList: true });
  const field = document.querySelector("#field");
  field.value = "one more";
  field.form.requestSubmit();
})"""


def page(browser: Browser, origin: str) -> WidgetPage:
    context = browser.new_context(user_agent=AGENT, viewport={"width": 1280, "height": 860})
    return WidgetPage(context.new_page(), origin)


def first_paint(browser: Browser, origin: str) -> float:
    """Milliseconds from the press on the launcher until something of the chat is seen."""
    shop = page(browser, origin)
    shop.visit()
    pressed = shop.page.evaluate(PRESS)
    shop.messages.first.wait_for()
    painted = shop.content().evaluate(PAINT)
    shop.page.context.close()
    return float(painted - pressed)


def long_conversation(browser: Browser, origin: str, double: Double) -> dict[str, Any]:
    shop = page(browser, origin)
    shop.visit()
    shop.open()

    def thousand() -> None:
        for number in range(500):
            double.talk.add("customer", f"question {number}", client_msg_id=f"c{number}")
            double.talk.add("bot", "An **answer** with\n\n- one\n- two", "answer", faq_id="a")

    double.do(thousand)
    shop.messages.nth(1000).wait_for()
    frames = shop.content().evaluate(FRAMES)
    render = shop.content().evaluate(RENDER)
    shop.page.context.close()
    late = sum(frame > 50 for frame in frames)
    return {"frame_ms": median(frames), "late": late / len(frames), "one_more_ms": render}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    double = Double()
    with sync_playwright() as playwright, serving(double.app(EmbedSettings())) as origin:
        browser = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        paints = [first_paint(browser, origin) for _ in range(runs)]
        long = long_conversation(browser, origin, double)
        browser.close()
    say(f"first paint after the press: median {median(paints):.0f} ms, worst {max(paints):.0f} ms")
    say(f"1,000 messages, scrolling: {long['frame_ms']:.1f} ms a frame, "
        f"{long['late']:.1%} over 50 ms")  # fmt: skip
    say(f"1,000 messages, one more: {long['one_more_ms']:.0f} ms until it is drawn")


def say(line: str) -> None:
    print(line)  # noqa: T201


if __name__ == "__main__":
    main()
