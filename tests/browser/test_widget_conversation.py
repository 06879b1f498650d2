"""What a customer does with the widget when everything works."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.widget_double import Double
from tests.browser.widget_page import WidgetPage

pytestmark = pytest.mark.browser

ANSWER = {
    "text": "Open **My orders** and press *Track*.\n\n- first\n- second",
    "kind": "answer",
    "faq_id": "track-order",
    "links": [{"title": "Tracking page", "url": "https://yamamichi.example/orders"}],
}
CHOICES = {
    "text": "Did you mean one of these?",
    "kind": "choices",
    "choices": [
        {"id": "c1", "label": "Where is my order?"},
        {"id": "c2", "label": "None of these"},
    ],
}


def test_asks_and_gets_an_answer_with_its_links(shop: WidgetPage, double: Double) -> None:
    double.replies = lambda _talk, _text: [ANSWER]
    shop.ask("where is my parcel")
    answer = shop.last_answer()
    expect(answer.locator("strong")).to_have_text("My orders")
    expect(answer.locator("em")).to_have_text("Track")
    expect(answer.locator("li").first).to_have_text("first")
    link = answer.get_by_role("link", name="Tracking page")
    expect(link).to_have_attribute("href", "https://yamamichi.example/orders")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert double.received() == ["where is my parcel"]


def test_the_message_is_shown_before_the_server_has_it(shop: WidgetPage, double: Double) -> None:
    double.fail("send", 503, retry_after=1)
    shop.expects_refusals = True
    shop.ask("hello there")
    expect(shop.pending).to_contain_text("hello there")
    expect(shop.pending).to_have_count(0)
    assert double.received() == ["hello there"]


def test_the_typing_sign_shows_until_the_reply_comes(shop: WidgetPage, double: Double) -> None:
    double.reply_after = 0.8
    shop.ask("hello")
    expect(shop.typing).to_be_visible()
    expect(shop.last_said()).to_have_text("You said: hello")
    expect(shop.typing).to_be_hidden()


def test_picks_one_of_the_choices(shop: WidgetPage, double: Double) -> None:
    double.replies = lambda _talk, text: [ANSWER if text.startswith("Where") else CHOICES]
    shop.ask("order")
    expect(shop.choices).to_have_count(2)
    shop.choose("Where is my order?")
    expect(shop.answers).to_have_count(1)
    expect(shop.choices).to_have_count(0)
    expect(shop.frame.locator(".picked")).to_contain_text("Where is my order?")
    assert double.received() == ["order", "Where is my order?"]
    assert shop.focused() == "field"


def test_only_the_choices_offered_last_can_be_picked(shop: WidgetPage, double: Double) -> None:
    double.replies = lambda _talk, _text: [{**ANSWER, "choices": CHOICES["choices"]}, CHOICES]
    shop.ask("order")
    expect(shop.choices).to_have_count(2)
    shop.choose("Where is my order?")
    expect(shop.frame.locator(".picked")).to_have_count(1)


def test_a_choice_that_has_expired_is_sent_as_words(shop: WidgetPage, double: Double) -> None:
    shop.expects_refusals = True
    double.replies = lambda _talk, _text: [CHOICES]
    shop.ask("order")
    expect(shop.choices).to_have_count(2)
    double.fail("send", 400, sentence="choice has expired")
    shop.choose("None of these")
    expect(shop.own_messages).to_have_count(2)
    expect(shop.pending).to_have_count(0)
    assert double.received() == ["order", "None of these"]


@pytest.mark.parametrize(("button", "helpful"), [("Yes", True), ("No", False)])
def test_says_whether_an_answer_helped(
    shop: WidgetPage, double: Double, button: str, helpful: bool
) -> None:
    double.replies = lambda _talk, _text: [ANSWER]
    shop.ask("where is it")
    shop.last_answer().get_by_role("button", name=button, exact=True).click()
    expect(shop.frame.locator(".helped.done")).to_be_visible()
    assert double.feedback == [{"message_seq": 3, "helpful": helpful}]
    assert shop.focused() == "field"
    shop.page.reload()
    shop.open()
    expect(shop.frame.locator(".helped.done")).to_be_visible()


def test_small_talk_is_not_rated(shop: WidgetPage) -> None:
    shop.ask("hi")
    expect(shop.last_said()).to_have_text("You said: hi")
    expect(shop.frame.locator(".helped")).to_have_count(0)


def test_talks_to_a_person_and_rates_the_talk(shop: WidgetPage, double: Double) -> None:
    shop.person.click()
    expect(shop.bar).to_contain_text("number 2 in line")
    expect(shop.person).to_be_hidden()
    double.set_state("agent", agent_name="Yuki Sato")
    double.say("system", "Yuki Sato has joined the chat.")
    double.typing("agent")
    expect(shop.bar).to_contain_text("Yuki Sato is here to help you")
    expect(shop.typing).to_contain_text("Yuki Sato is typing")
    double.say("agent", "Hello,\nhow can I help?", agent_name="Yuki Sato")
    expect(shop.typing).to_be_hidden()
    expect(shop.messages.last).to_contain_text("Yuki Sato")
    shop.ask("my tent leaks")
    expect(shop.pending).to_have_count(0)
    expect(shop.typing).to_be_hidden()
    double.set_state("closed")
    double.say("system", "This chat has ended. How did we do?", "survey")
    shop.frame.get_by_role("radio", name="4 of 5").check(force=True)
    shop.frame.get_by_role("radio", name="9", exact=True).check(force=True)
    shop.frame.get_by_role("textbox", name="Anything we should know").fill("quick")
    shop.frame.get_by_role("button", name="Send rating").click()
    expect(shop.frame.get_by_text("Thank you for your rating.").first).to_be_visible()
    assert double.surveys == [{"csat": 4, "nps": 9, "comment": "quick"}]
    expect(shop.frame.locator("form.survey")).to_have_count(0)
    shop.page.reload()
    shop.open()
    expect(shop.frame.get_by_text("Thank you for your rating.").first).to_be_visible()
    expect(shop.frame.locator("form.survey")).to_have_count(0)


def test_rates_the_bot_when_she_leaves_and_only_once(shop: WidgetPage, double: Double) -> None:
    shop.ask("something")
    expect(shop.last_said()).to_have_text("You said: something")
    shop.start_over.click()
    shop.bar.get_by_role("radio", name="5 of 5").check(force=True)
    shop.bar.get_by_role("button", name="Send rating").click()
    expect(shop.bar).to_contain_text("Thank you for your rating.")
    assert double.surveys == [{"csat": 5}]
    shop.bar.get_by_role("button", name="Keep it").click()
    shop.start_over.click()
    expect(shop.bar.locator("form.survey")).to_have_count(0)


def test_asking_on_is_an_answer_to_whether_she_wants_to_leave(shop: WidgetPage) -> None:
    shop.ask("something")
    expect(shop.last_said()).to_have_text("You said: something")
    shop.start_over.click()
    expect(shop.bar).to_be_visible()
    shop.ask("and one more question")
    expect(shop.own_messages).to_have_count(2)
    expect(shop.bar).to_be_hidden()


def test_is_told_how_long_others_waited(shop: WidgetPage, double: Double) -> None:
    shop.person.click()
    expect(shop.bar).to_contain_text("number 2 in line")
    expect(shop.bar).not_to_contain_text("Lately")
    double.set_state("waiting", position=1, wait_minutes=4)
    expect(shop.bar).to_contain_text("answered within 4 min")


def test_begins_with_one_of_the_offered_questions(
    open_page: OpenPage, server: str, double: Double
) -> None:
    double.starters = ["Where is my order?", "How do I send it back?"]
    shop = open_page(server)
    shop.visit()
    shop.open()
    starters = shop.frame.locator(".starters button")
    expect(starters).to_have_text(double.starters)
    starters.last.focus()
    shop.page.keyboard.press("Enter")
    expect(shop.last_said()).to_have_text("You said: How do I send it back?")
    expect(starters.first).to_be_hidden()
    assert double.received() == ["How do I send it back?"]
    assert shop.focused() == "field"


def test_copies_the_conversation(shop: WidgetPage, double: Double) -> None:
    copy = shop.frame.get_by_role("button", name="Copy the conversation")
    expect(copy).to_be_hidden()
    double.replies = lambda _talk, _text: [ANSWER]
    shop.ask("where is it")
    expect(shop.answers).to_have_count(1)
    shop.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy.click()
    expect(shop.spoken).to_contain_text("The conversation is on the clipboard.")
    text = shop.page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("Yamamichi Outdoor\n\n[")
    assert "] You\nwhere is it\n" in text
    assert "] Automatic answer\nOpen **My orders**" in text
    assert "Tracking page: https://yamamichi.example/orders" in text


def test_saves_the_conversation_where_the_clipboard_is_refused(shop: WidgetPage) -> None:
    shop.ask("hello")
    expect(shop.last_said()).to_have_text("You said: hello")
    shop.content().evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }"
    )
    with shop.page.expect_download() as saved:
        shop.frame.get_by_role("button", name="Copy the conversation").click()
    assert saved.value.suggested_filename == "chat.txt"
    assert "You said: hello" in saved.value.path().read_text(encoding="utf-8")


def test_is_silent_until_she_wants_a_sound(shop: WidgetPage, double: Double) -> None:
    shop.content().evaluate(
        """() => {
          window.tones = 0;
          const start = OscillatorNode.prototype.start;
          OscillatorNode.prototype.start = function () { window.tones += 1; start.call(this); };
        }"""
    )
    sound = shop.frame.get_by_role("button", name="Sound for new messages")
    expect(sound).to_have_attribute("aria-pressed", "false")
    shop.ask("one")
    expect(shop.last_said()).to_have_text("You said: one")
    assert shop.content().evaluate("tones") == 0
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    double.say("bot", "two")
    expect(shop.last_said()).to_have_text("two")
    # One when it was turned on, so that she knows it, and one for the message.
    assert shop.content().evaluate("tones") == 2
    shop.page.reload()
    shop.open()
    expect(sound).to_have_attribute("aria-pressed", "true")


def test_a_draft_survives_a_reload(shop: WidgetPage, double: Double) -> None:
    shop.type("half a quest")
    shop.page.reload()
    shop.open()
    expect(shop.field).to_have_value("half a quest")
    shop.field.press("Enter")
    expect(shop.last_said()).to_have_text("You said: half a quest")
    shop.page.reload()
    shop.open()
    expect(shop.field).to_have_value("")
    assert double.received() == ["half a quest"]


def test_stops_waiting_for_a_person(shop: WidgetPage) -> None:
    shop.person.click()
    shop.bar.get_by_role("button", name="Stop waiting").click()
    expect(shop.bar).to_be_hidden()
    expect(shop.person).to_be_visible()


def test_finds_the_conversation_again_after_a_reload(shop: WidgetPage, double: Double) -> None:
    shop.ask("first question")
    expect(shop.last_said()).to_have_text("You said: first question")
    before = shop.texts()
    shop.page.reload()
    shop.open()
    expect(shop.last_said()).to_have_text("You said: first question")
    assert shop.texts() == before
    assert len(double.talks) == 1


def test_starts_over_after_being_asked(shop: WidgetPage, double: Double) -> None:
    expect(shop.start_over).to_be_hidden()
    shop.ask("something")
    expect(shop.last_said()).to_have_text("You said: something")
    shop.start_over.click()
    shop.bar.get_by_role("button", name="Keep it").click()
    expect(shop.own_messages).to_have_count(1)
    shop.start_over.click()
    shop.bar.get_by_role("button", name="Begin a new one").click()
    expect(shop.own_messages).to_have_count(0)
    expect(shop.messages).to_have_count(1)
    assert len(double.talks) == 2


def test_speaks_the_language_of_the_page(open_page: OpenPage, server: str, double: Double) -> None:
    shop = open_page(server)
    shop.visit("/demo?lang=ja")
    expect(shop.launcher).to_contain_text("お問い合わせ")
    shop.open()
    expect(shop.last_said()).to_contain_text("こんにちは")
    expect(shop.field).to_have_attribute("placeholder", "ご質問を入力してください")
    expect(shop.person).to_have_text("担当者と話す")
    assert double.talk.facts["language"] == "ja"


def test_each_language_keeps_its_own_conversation(shop: WidgetPage, double: Double) -> None:
    shop.ask("in English")
    expect(shop.last_said()).to_have_text("You said: in English")
    shop.field.fill("draft")
    shop.language("ja").click()
    expect(shop.last_said()).to_contain_text("こんにちは")
    expect(shop.language("ja")).to_have_attribute("aria-pressed", "true")
    expect(shop.field).to_have_value("draft")
    shop.language("en").click()
    expect(shop.last_said()).to_have_text("You said: in English")
    assert len(double.talks) == 2


def test_a_chosen_language_stays_on_pages_of_the_same_language(shop: WidgetPage) -> None:
    shop.language("ja").click()
    expect(shop.person).to_have_text("担当者と話す")
    shop.page.reload()
    shop.open()
    expect(shop.person).to_have_text("担当者と話す")


def test_a_talk_with_a_person_goes_on_in_another_language(shop: WidgetPage, double: Double) -> None:
    shop.person.click()
    expect(shop.bar).to_be_visible()
    shop.language("ja").click()
    expect(shop.bar).to_contain_text("2番目")
    shop.visit("/demo?lang=ja")
    shop.launcher.click()
    expect(shop.bar).to_contain_text("2番目")
    assert len(double.talks) == 1


def test_news_while_the_panel_is_closed_are_counted(shop: WidgetPage, double: Double) -> None:
    shop.person.click()
    expect(shop.bar).to_be_visible()
    shop.close()
    double.say("agent", "Hello!", agent_name="Yuki")
    double.say("agent", "Are you there?", agent_name="Yuki")
    expect(shop.badge).to_have_text("2")
    expect(shop.launcher).to_have_accessible_name("Help – open the chat (new messages: 2)")
    shop.launcher.click()
    expect(shop.badge).to_be_hidden()
    expect(shop.messages.last).to_contain_text("Are you there?")


def test_a_persons_reply_shows_on_the_next_page(shop: WidgetPage, double: Double) -> None:
    shop.person.click()
    expect(shop.bar).to_be_visible()
    shop.visit("/demo?lang=ja")
    expect(shop.panel).to_be_attached()
    expect(shop.panel).not_to_be_visible()
    shop.page.wait_for_timeout(500)
    double.say("agent", "Hello!", agent_name="Yuki")
    expect(shop.badge).to_have_text("1")


def test_the_page_can_open_close_and_listen(shop: WidgetPage) -> None:
    page = shop.page
    page.evaluate(
        """() => {
          window.heard = [];
          for (const name of ["open", "close"]) Kotae.on(name, () => heard.push(name));
        }"""
    )
    page.evaluate("Kotae.close(); Kotae.open(); Kotae.open(); Kotae.close()")
    assert page.evaluate("heard") == ["close", "open", "close"]
    assert "name is one of ready,open,close,unread,identity" in page.evaluate(
        "(() => { try { Kotae.on('nothing', () => 1) } catch (e) { return e.message } })()"
    )
    assert page.evaluate("Object.keys(Kotae)") == ["open", "close", "ask", "identify", "on"]
    page.locator("[data-help]").click()
    expect(shop.panel).to_be_visible()


def test_a_second_copy_of_the_script_does_nothing(shop: WidgetPage) -> None:
    shop.page.evaluate(
        """() => new Promise((done) => {
          const again = document.createElement("script");
          again.src = "/widget.js";
          again.onload = done;
          document.head.append(again);
        })"""
    )
    expect(shop.page.locator("kotae-widget")).to_have_count(1)


def test_the_server_learns_site_page_and_visitor(shop: WidgetPage, double: Double) -> None:
    facts = double.talk.facts
    assert facts["site"] == "default"
    assert facts["page"] == f"{shop.origin}/demo"
    first = facts["identity"]
    shop.language("ja").click()
    expect(shop.last_said()).to_contain_text("こんにちは")
    assert double.talk.facts["identity"] == first
