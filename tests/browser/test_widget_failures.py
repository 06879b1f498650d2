"""When the network or the server fails: nothing is lost or doubled, and one is always told."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.widget_double import Double, EmbedSettings, serving
from tests.browser.widget_page import WidgetPage

pytestmark = pytest.mark.browser


@pytest.fixture
def shop(shop: WidgetPage) -> WidgetPage:
    shop.expects_refusals = True
    return shop


def test_messages_written_offline_are_sent_once_when_back(shop: WidgetPage, double: Double) -> None:
    context = shop.page.context
    context.set_offline(True)
    shop.ask("first")
    shop.ask("second")
    expect(shop.banner).to_contain_text("No connection")
    expect(shop.pending).to_have_count(2)
    expect(shop.pending.first).to_contain_text("Will be sent when you are back online")
    context.set_offline(False)
    expect(shop.pending).to_have_count(0)
    expect(shop.banner).to_be_hidden()
    expect(shop.last_said()).to_have_text("You said: second")
    assert double.received() == ["first", "second"]


def test_messages_not_yet_sent_survive_a_reload(shop: WidgetPage, double: Double) -> None:
    double.fail("send", 503, times=50)
    shop.ask("do not lose me")
    expect(shop.banner).to_be_visible()
    double.failures.clear()
    shop.page.reload()
    shop.launcher.click()
    expect(shop.last_said()).to_have_text("You said: do not lose me")
    assert double.received() == ["do not lose me"]


def test_a_message_whose_confirmation_is_lost_is_not_sent_twice(
    shop: WidgetPage, double: Double
) -> None:
    double.fail("send", 502, after_commit=True)
    shop.ask("just once")
    expect(shop.last_said()).to_have_text("You said: just once")
    expect(shop.pending).to_have_count(0)
    expect(shop.own_messages).to_have_count(1)
    shop.page.wait_for_timeout(1500)
    expect(shop.own_messages).to_have_count(1)
    assert double.received() == ["just once"]


def test_too_many_messages_says_when_to_go_on(shop: WidgetPage, double: Double) -> None:
    double.fail("send", 429, retry_after=2)
    shop.ask("quick")
    expect(shop.banner).to_contain_text("You can send again in 2 s")
    expect(shop.banner.get_by_role("button")).to_be_hidden()
    expect(shop.pending).to_have_count(0)
    expect(shop.banner).to_be_hidden()
    assert double.received() == ["quick"]


def test_a_busy_server_is_tried_again_by_hand(shop: WidgetPage, double: Double) -> None:
    double.fail("send", 503, retry_after=30)
    shop.ask("anyone?")
    expect(shop.banner).to_contain_text("We are very busy")
    shop.banner.get_by_role("button", name="Try again").click()
    expect(shop.last_said()).to_have_text("You said: anyone?")
    expect(shop.banner).to_be_hidden()


def test_a_refused_message_says_why_and_can_be_edited(shop: WidgetPage, double: Double) -> None:
    double.fail("send", 400, sentence="text is empty.")
    shop.ask("odd")
    refused = shop.frame.locator(".refused")
    expect(refused).to_contain_text("Not sent. text is empty.")
    shop.ask("next one")
    expect(shop.last_said()).to_have_text("You said: next one")
    refused.get_by_role("button", name="Edit").click()
    expect(shop.field).to_have_value("odd")
    expect(refused).to_have_count(0)


def test_a_stream_that_breaks_resumes_where_it_was(shop: WidgetPage, double: Double) -> None:
    shop.ask("one")
    expect(shop.last_said()).to_have_text("You said: one")
    double.fail("events", 503, times=2)
    double.drop_streams()
    double.say("bot", "while you were away")
    expect(shop.last_said()).to_have_text("while you were away")
    double.say("bot", "and now")
    expect(shop.last_said()).to_have_text("and now")
    assert [t for t in shop.texts() if t == "while you were away"] == ["while you were away"]


def test_a_stream_held_back_by_a_proxy_does_not_hold_back_the_answer(
    open_page: OpenPage, server: str, double: Double
) -> None:
    double.stream_gate.clear()
    shop = open_page(server)
    shop.visit()
    shop.open()
    shop.ask("through the proxy")
    expect(shop.last_said()).to_have_text("You said: through the proxy")
    double.stream_gate.set()


def test_messages_out_of_order_are_put_in_order(shop: WidgetPage, double: Double) -> None:
    talk = double.talk

    def overtaking() -> None:
        streams, talk.streams = talk.streams, []
        talk.add("bot", "two")
        talk.streams = streams
        third = talk.add("bot", "three")
        talk.push("message", third, third["seq"])

    double.do(overtaking)
    expect(shop.last_said()).to_have_text("three")
    assert shop.texts()[1:] == ["two", "three"]


def test_a_conversation_that_has_expired_begins_anew(shop: WidgetPage, double: Double) -> None:
    shop.ask("old question")
    expect(shop.last_said()).to_have_text("You said: old question")
    double.talks.clear()
    shop.page.reload()
    shop.open()
    expect(shop.frame.get_by_text("Your earlier conversation has ended")).to_be_visible()
    shop.ask("new question")
    expect(shop.last_said()).to_have_text("You said: new question")


def test_what_is_sent_to_an_expired_conversation_goes_to_the_new_one(
    shop: WidgetPage, double: Double
) -> None:
    double.talks.clear()
    shop.ask("still there?")
    expect(shop.last_said()).to_have_text("You said: still there?")
    assert len(double.talks) == 1
    assert double.received() == ["still there?"]


def test_the_chat_opens_by_itself_once_the_server_is_back(
    open_page: OpenPage, server: str, double: Double
) -> None:
    double.fail("start", 503, times=1, retry_after=1)
    shop = open_page(server)
    shop.expects_refusals = True
    shop.visit()
    shop.launcher.click()
    expect(shop.banner).to_contain_text("We are very busy")
    shop.ask("asked before the start")
    expect(shop.last_said()).to_have_text("You said: asked before the start")
    expect(shop.banner).to_be_hidden()


def test_a_failed_vote_can_be_given_again(shop: WidgetPage, double: Double) -> None:
    double.replies = lambda _talk, _text: [{"text": "So.", "kind": "answer", "faq_id": "a"}]
    double.fail("feedback", 500)
    shop.ask("how")
    vote = shop.last_answer().get_by_role("button", name="Yes", exact=True)
    vote.click()
    expect(shop.banner).to_contain_text("Something went wrong")
    vote.click()
    expect(shop.frame.locator(".helped.done")).to_be_visible()
    assert len(double.feedback) == 1


def test_several_tabs_share_one_stream_and_one_conversation(
    shop: WidgetPage, double: Double
) -> None:
    others = [WidgetPage(shop.page.context.new_page(), shop.origin) for _ in range(2)]
    for other in others:
        other.visit()
        other.open()
    shop.ask("seen everywhere")
    for tab in (shop, *others):
        expect(tab.last_said()).to_have_text("You said: seen everywhere")
    assert len(double.talks) == 1
    assert len(double.talk.streams) == 1
    shop.page.close()
    double.say("bot", "the next tab reads on")
    expect(others[0].last_said()).to_have_text("the next tab reads on")
    expect(others[1].last_said()).to_have_text("the next tab reads on")


DEAF = """() => {
  const { set } = Object.getOwnPropertyDescriptor(BroadcastChannel.prototype, "onmessage");
  Object.defineProperty(BroadcastChannel.prototype, "onmessage", {
    set(hear) { set.call(this, (event) => event.data.type === "message" || hear(event)); },
  });
}"""


def test_a_tab_that_missed_a_message_fetches_it(shop: WidgetPage, double: Double) -> None:
    """As one does that opened just between its history and the stream's next message."""
    other = WidgetPage(shop.page.context.new_page(), shop.origin)
    other.page.add_init_script(f"({DEAF})()")
    other.visit()
    other.open()
    double.say("bot", "missed by one")
    expect(shop.last_said()).to_have_text("missed by one")
    assert "missed by one" not in other.texts()
    expect(other.last_said()).to_have_text("missed by one")
    assert len(double.talk.streams) == 1


def test_a_server_that_restarts_is_found_again(open_page: OpenPage, double: Double) -> None:
    app = double.app(EmbedSettings())
    with serving(app) as origin:
        shop = open_page(origin)
        shop.expects_refusals = True
        shop.visit()
        shop.open()
        double.drop_streams()
    shop.ask("anybody home?")
    expect(shop.banner).to_contain_text("No connection")
    with serving(double.app(EmbedSettings()), port=int(origin.rsplit(":", 1)[1])):
        expect(shop.last_said()).to_have_text("You said: anybody home?", timeout=15_000)
        expect(shop.banner).to_be_hidden()
        shop.page.close()
    assert double.received() == ["anybody home?"]
