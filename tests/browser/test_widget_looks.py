"""The widget for every eye and screen: axe finds nothing, nothing is cut off, all can be hit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.test_widget_conversation import ANSWER, CHOICES
from tests.browser.widget_double import Double
from tests.browser.widget_page import WidgetPage

pytestmark = pytest.mark.browser

SCREENS = [(375, 720), (1280, 860)]
LANGUAGES = ["en", "ja"]
QUESTIONS = {
    "en": ("Where is my order?", "How long do I have to return something that I bought in a shop?"),
    "ja": ("注文した商品は今どこですか", "店舗で買った商品は、いつまで返品できますか"),
}

Step = Callable[[WidgetPage, Double], None]


def greeting(shop: WidgetPage, _double: Double) -> None:
    expect(shop.messages).to_have_count(1)
    expect(shop.frame.locator(".starters button")).to_have_count(2)


def suggestions(shop: WidgetPage, double: Double) -> None:
    double.questions = ["abc one", "abc two"]
    shop.type("abc")
    shop.field.press("ArrowDown")
    expect(shop.suggestions).to_have_count(2)
    shop.field.press("ArrowDown")


def answer(shop: WidgetPage, double: Double) -> None:
    double.replies = lambda _talk, _text: [ANSWER]
    shop.ask("how?")
    expect(shop.answers).to_have_count(1)
    shop.frame.locator(".vote").first.click()
    expect(shop.frame.locator(".helped.done")).to_be_visible()
    shop.ask("and then?")
    expect(shop.answers).to_have_count(2)


def choices(shop: WidgetPage, double: Double) -> None:
    double.replies = lambda _talk, _text: [CHOICES]
    shop.ask("order")
    expect(shop.choices).to_have_count(2)
    shop.choices.first.click()
    expect(shop.own_messages).to_have_count(4)
    expect(shop.choices).to_have_count(2)


def copied(shop: WidgetPage, _double: Double) -> None:
    shop.content().evaluate("() => { navigator.clipboard.writeText = () => Promise.resolve() }")
    shop.frame.locator(".copy").click()
    expect(shop.frame.locator("[data-done]")).to_be_visible()
    shop.frame.locator(".sound").click()


def leaving(shop: WidgetPage, _double: Double) -> None:
    shop.start_over.click()
    expect(shop.bar).to_be_visible()
    shop.bar.locator(".star").nth(3).click()
    expect(shop.bar.locator(".more")).to_be_visible()
    shop.bar.locator(".grade").nth(8).click()


def offline(shop: WidgetPage, double: Double) -> None:
    double.fail("send", 400)
    shop.ask("refused")
    double.fail("send", 503, retry_after=30)
    shop.ask("waits")
    expect(shop.banner).to_be_visible()
    expect(shop.pending).to_have_count(2)


def waiting(shop: WidgetPage, _double: Double) -> None:
    shop.banner.get_by_role("button").click()
    expect(shop.banner).to_be_hidden()
    shop.person.click()
    expect(shop.bar).to_be_visible()


def agent(shop: WidgetPage, double: Double) -> None:
    double.set_state("agent", agent_name="Yuki")
    double.say("system", "Yuki has joined the chat.")
    double.say("agent", "Hello, see https://yamamichi.example/help", agent_name="Yuki")
    double.typing("agent")
    expect(shop.typing).to_be_visible()


def survey(shop: WidgetPage, double: Double) -> None:
    double.set_state("closed")
    double.say("system", "This chat has ended. How did we do?", "survey")
    shop.frame.locator(".star").nth(2).click()
    expect(shop.frame.locator(".more")).to_be_visible()


def too_long(shop: WidgetPage, _double: Double) -> None:
    shop.field.fill("x" * 2001)
    expect(shop.frame.locator(".counter")).to_be_visible()


STEPS: tuple[Step, ...] = (
    greeting, suggestions, answer, choices, copied, leaving, offline, waiting, agent, survey,
    too_long,
)  # fmt: skip


def walk(shop: WidgetPage, double: Double, check: Callable[[str], None]) -> None:
    """Bring the widget into each of its states, and check it there."""
    for step in STEPS:
        step(shop, double)
        shop.page.wait_for_timeout(100)
        check(step.__name__)
        if step is suggestions:
            shop.field.fill("")


def options(scheme: str, width: int) -> dict[str, Any]:
    return {"color_scheme": scheme, "has_touch": width < 500}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "height"), SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(
    open_page: OpenPage, double: Double, server: str,
    language: str, width: int, height: int, scheme: str,
) -> None:  # fmt: skip
    shop = open_page(server, width, height, **options(scheme, width))
    shop.expects_refusals = True
    double.starters = list(QUESTIONS[language])
    shop.visit(f"/demo?lang={language}")
    assert shop.violations(shop.page) == []
    shop.open()

    def check(state: str) -> None:
        assert shop.violations() == [], state

    walk(shop, double, check)


OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  const parts = [...document.querySelectorAll("#app *:not(.sr):not(.sr *)")];
  const out = parts.filter((part) => {
    const box = part.getBoundingClientRect();
    const isOut = box.right > wide + 1 || box.left < -1;
    return box.width && isOut && !part.closest(".meta, .star, svg");
  });
  return out.map((part) => part.outerHTML.slice(0, 120));
}"""

SMALL = """() => [...document.querySelectorAll("button, .star, [role=option], .links a")]
  .filter((part) => {
    const box = part.getBoundingClientRect();
    return box.width && (box.width < 24 || box.height < 24);
  })
  .map((part) => part.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_fits_a_very_narrow_screen_and_can_be_hit(
    open_page: OpenPage, double: Double, server: str, language: str
) -> None:
    double.greeting = dict.fromkeys(LANGUAGES, "long" * 60)
    double.starters = list(QUESTIONS[language])
    shop = open_page(server, 320, 560)
    shop.expects_refusals = True
    shop.visit(f"/demo?lang={language}")
    assert shop.page.evaluate("document.documentElement.scrollWidth") == 320
    shop.open()

    def check(state: str) -> None:
        assert shop.content().evaluate(OVERFLOW) == [], state
        assert shop.content().evaluate(SMALL) == [], state

    walk(shop, double, check)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_there_at_twice_the_size(
    open_page: OpenPage, double: Double, server: str, language: str
) -> None:
    """A window of 1280 × 800 zoomed to 200 % is laid out as one of 640 × 400."""
    double.starters = list(QUESTIONS[language])
    shop = open_page(server, 640, 400, device_scale_factor=2)
    shop.expects_refusals = True
    shop.visit(f"/demo?lang={language}")
    shop.open()

    def check(state: str) -> None:
        assert shop.content().evaluate(OVERFLOW) == [], state
        expect(shop.field).to_be_in_viewport()
        expect(shop.frame.locator(".close")).to_be_in_viewport()

    walk(shop, double, check)


MOVED = """() => new Promise((done) => {
  let sum = 0;
  // Its own button may grow and shrink when pressed: it lies above the page, in a closed root.
  const isOwn = (moved) => moved.hadRecentInput && moved.sources.every(({ node }) => !node);
  const add = (list) => {
    for (const moved of list.getEntries()) if (!isOwn(moved)) sum += moved.value;
  };
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 100)));
})"""


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_nothing_of_the_page_moves_when_the_widget_comes_and_opens(
    open_page: OpenPage, server: str, width: int, height: int
) -> None:
    shop = open_page(server, width, height)
    shop.visit()
    before = shop.page.evaluate("document.documentElement.scrollHeight")
    shop.open()
    shop.close()
    assert shop.page.evaluate(MOVED) == 0
    assert shop.page.evaluate("document.documentElement.scrollHeight") == before


def test_a_long_conversation_is_built_once_and_then_only_grows(
    open_page: OpenPage, server: str, double: Double
) -> None:
    shop = open_page(server)
    shop.visit()
    shop.open()

    def thousand() -> None:
        for number in range(500):
            double.talk.add("customer", f"question {number}", client_msg_id=f"c{number}")
            double.talk.add("bot", "An **answer** with\n\n- one\n- two", "answer", faq_id="a")

    double.do(thousand)
    expect(shop.messages).to_have_count(1001)
    shop.frame.locator(".jump").click()  # what is new begins far above its end
    expect(shop.messages.last).to_be_in_viewport()
    shop.content().evaluate(
        """() => {
          window.built = 0;
          const count = (changes) => {
            for (const change of changes)
              built += change.addedNodes.length + change.removedNodes.length;
          };
          const list = document.querySelector(".messages");
          new MutationObserver(count).observe(list, { childList: true });
        }"""
    )
    double.say("bot", "one more")
    expect(shop.last_said()).to_have_text("one more")
    expect(shop.messages.last).to_be_in_viewport()
    assert shop.content().evaluate("built") == 1
    shop.page.reload()
    shop.open()
    expect(shop.messages).to_have_count(1002)
    expect(shop.messages.last).to_be_in_viewport()


def test_a_phone_is_filled_and_a_desktop_is_not(open_page: OpenPage, server: str) -> None:
    phone = open_page(server, 375, 720)
    phone.visit()
    phone.open()
    assert phone.panel.bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 720}
    expect(phone.launcher).to_be_hidden()
    desktop = open_page(server, 1280, 860)
    desktop.visit()
    desktop.open()
    box = desktop.panel.bounding_box()
    assert box and box["width"] == 400 and box["height"] == 660
    expect(desktop.launcher).to_be_visible()


def test_the_end_stays_in_sight_when_bars_appear(shop: WidgetPage, double: Double) -> None:
    for number in range(6):
        double.say("bot", f"line {number}\n\nof text\n\nand more")
    expect(shop.last_said()).to_contain_text("line 5")
    shop.person.click()
    expect(shop.bar).to_be_visible()
    expect(shop.messages.last).to_be_in_viewport(ratio=1)


def test_a_long_answer_is_shown_from_its_beginning(shop: WidgetPage, double: Double) -> None:
    double.replies = lambda _talk, _text: [{**ANSWER, "text": "\n\n".join(["A long part."] * 40)}]
    shop.ask("tell me everything")
    expect(shop.answers).to_have_count(1)
    expect(shop.last_answer().locator("p").first).to_be_in_viewport()


def test_whoever_reads_further_up_is_not_moved(shop: WidgetPage, double: Double) -> None:
    for number in range(10):
        double.say("bot", f"line {number}\n\nof text")
    expect(shop.last_said()).to_contain_text("line 9")
    shop.scroller.evaluate("e => { e.scrollTop = 0 }")
    shop.page.wait_for_timeout(100)
    double.say("bot", "one more")
    expect(shop.last_said()).to_have_text("one more")
    assert shop.scroller.evaluate("e => e.scrollTop") == 0


def test_a_page_from_right_to_left_has_the_launcher_on_the_left(shop: WidgetPage) -> None:
    shop.page.evaluate("document.documentElement.dir = 'rtl'")
    box = shop.panel.bounding_box()
    assert box and box["x"] == 20
    shop.content().evaluate("document.documentElement.dir = 'rtl'")
    own = shop.frame.locator("header .close").bounding_box()
    assert own and own["x"] < 100
    assert shop.content().evaluate(OVERFLOW) == []


def test_forced_colours_leave_edges_and_choices_visible(
    open_page: OpenPage, server: str, double: Double
) -> None:
    shop = open_page(server, forced_colors="active")
    shop.visit()
    shop.open()
    suggestions(shop, double)
    expect(shop.frame.locator(".bubble").first).not_to_have_css("border-top-width", "0px")
    selected = shop.frame.locator("[role=option][aria-selected=true]")
    other = shop.frame.locator("[role=option][aria-selected=false]").first
    background = "e => getComputedStyle(e).backgroundColor"
    assert selected.evaluate(background) != other.evaluate(background)


def test_nothing_moves_for_those_who_asked_for_it(shop: WidgetPage, double: Double) -> None:
    double.typing("bot")
    expect(shop.typing).to_be_visible()
    running = shop.content().evaluate("document.getAnimations().length")
    assert running == 0


def test_the_demo_shop_sells_in_both_languages(shop: WidgetPage) -> None:
    page = shop.page
    shop.close()
    page.get_by_role("button", name="Add Hotaru to the basket").click()
    expect(page.locator("#basket")).to_have_text("1")
    page.get_by_role("link", name="日本語").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("登りは軽く")
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(shop.launcher).to_contain_text("お問い合わせ")
    loaded = page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).length")
    assert loaded == 0
