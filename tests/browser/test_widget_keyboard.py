"""The widget without a mouse: writing, converting Japanese, suggestions, where the focus goes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.widget_double import Double
from tests.browser.widget_page import WidgetPage

pytestmark = pytest.mark.browser

QUESTIONS = ["Where is my order?", "How do I cancel my order?", "送料はいくらですか？"]

# What a browser sends while Japanese is converted. Safari sends the last Enter after the end of the
# composition, with the key code 229.
COMPOSE = """(field) => {
  const key = (init) => field.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }));
  field.focus();
  field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
  field.value = "とどかない";
  field.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
  key({ isComposing: true, keyCode: 229 });
  field.value = "届かない";
  field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "届かない" }));
  key({ isComposing: false, keyCode: 229 });
}"""


def test_enter_sends_and_shift_enter_breaks_the_line(shop: WidgetPage, double: Double) -> None:
    shop.type("one")
    shop.field.press("Shift+Enter")
    shop.type("two")
    expect(shop.field).to_have_value("one\ntwo")
    shop.field.press("Enter")
    expect(shop.field).to_have_value("")
    expect(shop.last_said()).to_contain_text("You said")
    assert double.received() == ["one\ntwo"]


def test_enter_that_ends_a_conversion_does_not_send(shop: WidgetPage, double: Double) -> None:
    shop.field.evaluate(COMPOSE)
    expect(shop.field).to_have_value("届かない")
    expect(shop.own_messages).to_have_count(0)
    shop.field.press("Enter")
    expect(shop.last_said()).to_have_text("You said: 届かない")
    assert double.received() == ["届かない"]


def test_a_real_conversion_by_the_browser_is_not_sent_by_its_enter(
    shop: WidgetPage, double: Double
) -> None:
    """Through the browser's own input method, as a Japanese keyboard works."""
    heard = shop.field.evaluate_handle(
        """field => {
          const heard = [];
          const note = (e) => heard.push([e.type, e.isComposing === true, e.isTrusted]);
          for (const type of ["compositionend", "keydown"])
            field.addEventListener(type, note, true);
          return heard;
        }"""
    )
    shop.field.focus()
    keyboard = shop.page.context.new_cdp_session(shop.page)
    for text in ("と", "とど", "とどかない", "届かない"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
        )
    expect(shop.field).to_have_value("届かない")
    # The input method takes this Enter: the page hears of it with the code 229, and no text comes.
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    assert ["keydown", True, True] in heard.json_value()
    keyboard.send("Input.insertText", {"text": "届かない"})
    expect(shop.field).to_have_value("届かない")
    expect(shop.own_messages).to_have_count(0)
    assert "compositionend" in [event for event, _composing, _trusted in heard.json_value()]
    shop.field.press("Enter")
    expect(shop.last_said()).to_have_text("You said: 届かない")
    assert double.received() == ["届かない"]


def test_nothing_is_sent_when_nothing_is_written(shop: WidgetPage, double: Double) -> None:
    shop.field.fill("  \n ")
    shop.field.press("Enter")
    shop.frame.get_by_role("button", name="Send", exact=True).click()
    expect(shop.own_messages).to_have_count(0)
    assert double.received() == []


def test_suggestions_are_chosen_with_the_arrow_keys(shop: WidgetPage, double: Double) -> None:
    double.questions = QUESTIONS
    shop.type("order")
    expect(shop.suggestions).to_have_count(2)
    expect(shop.spoken).to_contain_text("Suggested questions: 2")
    shop.field.press("ArrowDown")
    shop.field.press("ArrowDown")
    expect(shop.suggestions.nth(1)).to_have_attribute("aria-selected", "true")
    expect(shop.field).to_have_attribute("aria-activedescendant", "suggestion-1")
    shop.field.press("ArrowDown")
    expect(shop.suggestions.nth(0)).to_have_attribute("aria-selected", "true")
    shop.field.press("ArrowUp")
    shop.field.press("Enter")
    expect(shop.last_said()).to_have_text("You said: How do I cancel my order?")
    expect(shop.suggestions).to_have_count(0)
    expect(shop.field).to_have_value("")
    assert double.received() == ["How do I cancel my order?"]


def test_suggestions_are_chosen_with_the_mouse(shop: WidgetPage, double: Double) -> None:
    double.questions = QUESTIONS
    shop.type("where")
    shop.suggestions.first.click()
    expect(shop.last_said()).to_have_text("You said: Where is my order?")
    assert shop.focused() == "field"


def test_one_japanese_character_is_enough_for_suggestions(shop: WidgetPage, double: Double) -> None:
    double.questions = QUESTIONS
    shop.type("送")
    expect(shop.suggestions).to_have_text(["送料はいくらですか？"])


def test_enter_without_a_chosen_suggestion_sends_what_is_written(
    shop: WidgetPage, double: Double
) -> None:
    double.questions = QUESTIONS
    shop.type("order")
    expect(shop.suggestions).to_have_count(2)
    shop.field.press("Enter")
    expect(shop.last_said()).to_have_text("You said: order")
    expect(shop.suggestions).to_have_count(0)


def test_a_person_is_not_offered_the_bots_questions(shop: WidgetPage, double: Double) -> None:
    double.questions = QUESTIONS
    shop.person.click()
    expect(shop.bar).to_be_visible()
    shop.type("order")
    shop.page.wait_for_timeout(500)
    expect(shop.suggestions).to_have_count(0)


def test_escape_closes_first_the_suggestions_then_the_chat(
    shop: WidgetPage, double: Double
) -> None:
    double.questions = QUESTIONS
    shop.type("order")
    expect(shop.suggestions).to_have_count(2)
    shop.field.press("Escape")
    expect(shop.suggestions).to_have_count(0)
    expect(shop.panel).to_be_visible()
    shop.field.press("Escape")
    expect(shop.panel).not_to_be_visible()
    expect(shop.launcher).to_be_focused()


def test_the_keyboard_alone_opens_asks_and_closes(
    open_page: OpenPage, server: str, double: Double
) -> None:
    shop = open_page(server)
    shop.visit()
    shop.launcher.focus()
    expect(shop.launcher).to_have_attribute("aria-expanded", "false")
    shop.page.keyboard.press("Enter")
    expect(shop.messages.first).to_be_visible()
    expect(shop.field).to_be_focused()
    shop.page.keyboard.type("hello")
    shop.page.keyboard.press("Enter")
    expect(shop.last_said()).to_have_text("You said: hello")
    shop.page.keyboard.press("Escape")
    expect(shop.launcher).to_be_focused()
    assert double.received() == ["hello"]


def test_a_touch_screen_is_not_covered_by_its_keyboard_at_once(
    open_page: OpenPage, server: str
) -> None:
    shop = open_page(server, 375, 720, has_touch=True, is_mobile=True)
    shop.visit()
    shop.open()
    assert shop.focused() == "h1"


def test_focus_is_not_lost_when_the_pressed_button_goes(shop: WidgetPage) -> None:
    shop.person.press("Enter")
    expect(shop.bar).to_be_visible()
    expect(shop.field).to_be_focused()
    shop.bar.get_by_role("button").press("Enter")
    expect(shop.bar).to_be_hidden()
    expect(shop.field).to_be_focused()


def test_what_is_said_is_heard_once_in_one_polite_region(shop: WidgetPage, double: Double) -> None:
    expect(shop.frame.locator("[aria-live], [role=log], [role=alert]")).to_have_count(1)
    expect(shop.spoken).to_have_attribute("aria-live", "polite")
    shop.ask("hello")
    # What follows within a moment is spoken together with it.
    expect(shop.spoken).to_have_text(re.compile("Automatic answer: You said: hello$"))
    double.say("agent", "Hi **there**", agent_name="Yuki")
    expect(shop.spoken).to_have_text(re.compile(r"Yuki: Hi \*\*there\*\*$"))


def test_a_long_message_is_counted_and_too_long_a_one_kept_back(
    shop: WidgetPage, double: Double
) -> None:
    counter = shop.frame.locator(".counter")
    shop.field.fill("𠮷" * 1700)
    expect(counter).to_be_hidden()
    shop.field.fill("𠮷" * 1900)
    expect(counter).to_have_text("100 characters left")
    shop.field.fill("𠮷" * 2003)
    expect(counter).to_have_text("3 characters too many")
    shop.field.press("Enter")
    expect(shop.own_messages).to_have_count(0)
    expect(shop.spoken).to_contain_text("3 characters too many")
    expect(shop.field).to_have_attribute("aria-invalid", "true")
    shop.field.fill("𠮷" * 2000)
    shop.field.press("Enter")
    expect(shop.own_messages).to_have_count(1)
    expect(shop.last_said()).to_contain_text("You said")
    assert len(double.received()[0]) == 2000
