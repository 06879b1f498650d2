"""One customer and two agents at once, in Chromium and in both languages, with the real Rasa."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_whole_day import customer, shown
from tests.browser.widget_page import WidgetPage
from tests.product import Product, started

pytestmark = [pytest.mark.live, pytest.mark.browser, pytest.mark.timeout(600)]
SOON = 15_000
LOCALES = {"en": "en-GB", "ja": "ja-JP"}


@dataclass(frozen=True)
class Words:
    """What is said in one language."""

    question: str
    complaint: str
    reply: str
    wrong: str
    asks: str
    ready_title: str
    ready: str
    greeting: str
    solved: str


WORDS = {
    "en": Words(
        question="where is my order? it should have come by now",
        complaint="and nobody has told me anything",
        reply="Hello, I am looking into it now.",
        wrong="ただいま確認しております。",
        asks="The customer writes English",
        ready_title="Thanks",
        ready="Thank you for waiting. {agent} of {team} is with you.",
        greeting="Thank you for waiting. Daniel Reed of",
        solved="Solved",
    ),
    "ja": Words(
        question="注文した商品は今どこですか",
        complaint="まだ何も連絡がありません",
        reply="ただいま確認しております。",
        wrong="Hello, I am looking into it now.",
        asks="お客様の言語は日本語",
        ready_title="お礼",
        ready="お待たせいたしました。{team}の{agent}です。",
        greeting="のDaniel Reedです。",
        solved="解決した",
    ),
}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    settings = {
        "KOTAE_MESSAGE_RATE_PER_MINUTE": "600",
        "KOTAE_CONVERSATION_RATE_PER_MINUTE": "600",
    }
    with started(tmp_path_factory.mktemp("hand-over"), settings) as running:
        yield running


def staff(open_page: OpenPage, product: Product, login: str, language: str) -> Page:
    widget = open_page(product.url, locale=LOCALES[language])
    # Who is slower is refused: that is what is tested.
    widget.expects_refusals = True
    page = widget.page
    page.goto(f"{product.url}/staff/login")
    page.locator("#login").fill(login)
    page.locator("#password").fill(product.password())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/staff/inbox"))
    return page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_customer_and_two_agents(open_page: OpenPage, product: Product, language: str) -> None:
    words = WORDS[language]
    write_a_ready_reply(staff(open_page, product, "demo-lead", language), product, words, language)
    mika = staff(open_page, product, "demo-agent", language)
    daniel = staff(open_page, product, "demo-agent2", language)
    expect(mika.locator("#team")).to_contain_text("Daniel Reed")
    vera = customer(open_page, product, language)
    ask_for_a_person(vera, words, language)
    winner, loser = both_take_it(mika, daniel, words)
    winner_name, loser_name = name_of(winner), name_of(loser)
    expect(loser.locator("#theirs-note")).to_contain_text(winner_name)
    expect(vera.frame.get_by_text(winner_name).last).to_be_visible(timeout=SOON)
    each_sees_the_other_write(vera, winner, words)
    write_in_the_wrong_language_first(vera, winner, words)
    hand_over(winner, loser_name)
    expect(vera.frame.get_by_text(loser_name).last).to_be_visible(timeout=SOON)
    expect(loser.locator("#text")).to_be_visible(timeout=SOON)
    use_the_ready_reply(vera, loser, words)
    give_it_back(vera, loser, words, language)
    ask_again_and_be_asked_once(vera, mika, words)


def write_a_ready_reply(lead: Page, product: Product, words: Words, language: str) -> None:
    lead.goto(f"{product.url}/staff/ready-replies")
    form = lead.locator("form[aria-labelledby=new]")
    form.locator("[name=language]").select_option(language)
    form.locator("[name=title]").fill(words.ready_title)
    form.locator("[name=text]").fill(words.ready)
    form.locator("button.primary").click()
    expect(lead.locator("details", has_text=words.ready_title)).to_be_visible()


def ask_for_a_person(vera: WidgetPage, words: Words, language: str) -> None:
    vera.ask(words.question)
    expect(vera.answers).to_have_count(1, timeout=SOON)
    expect(vera.last_answer()).to_contain_text(shown("track-order", language))
    vera.person.click()
    expect(vera.bar).to_be_visible(timeout=SOON)
    # From here on the bot is silent, whatever she writes.
    said = vera.bot_messages.count()
    vera.ask(words.complaint)
    expect(vera.pending).to_have_count(0)
    vera.page.wait_for_timeout(1500)
    assert vera.bot_messages.count() == said


def both_take_it(mika: Page, daniel: Page, words: Words) -> tuple[Page, Page]:
    for page in (mika, daniel):
        row = page.locator("[data-queue=waiting] a.row").filter(has_text=words.question)
        expect(row).to_have_count(1, timeout=SOON)
        row.click()
        page.wait_for_load_state("load")
        expect(page.locator(".packet")).to_contain_text(words.question)
        expect(page.locator("#messages")).to_contain_text(words.complaint)
    # Neither waits for the other's answer.
    for page in (mika, daniel):
        page.evaluate(
            "document.querySelector('[data-when=waiting] form[data-action=claim] button').click()"
        )
    for page in (mika, daniel):
        expect(page.locator("[data-when=waiting]").first).to_be_hidden(timeout=SOON)
    won = [page.locator("#composer").is_visible() for page in (mika, daniel)]
    assert sorted(won) == [False, True]
    return (mika, daniel) if won[0] else (daniel, mika)


def name_of(page: Page) -> str:
    return page.locator(".account-who strong").inner_text()


def each_sees_the_other_write(vera: WidgetPage, agent: Page, words: Words) -> None:
    vera.field.press_sequentially(words.complaint)
    expect(agent.locator("#typing")).to_be_visible(timeout=SOON)
    vera.field.fill("")
    agent.locator("#text").press_sequentially(words.reply[:3])
    expect(vera.typing).to_be_visible(timeout=SOON)
    agent.locator("#text").fill("")


def write_in_the_wrong_language_first(vera: WidgetPage, agent: Page, words: Words) -> None:
    send(agent, words.wrong)
    failed = agent.locator(".message.failed")
    expect(failed).to_contain_text(words.asks, timeout=SOON)
    assert words.wrong not in vera.texts()
    failed.get_by_role("button").first.click()
    expect(agent.locator("#text")).to_have_value(words.wrong)
    send(agent, words.reply)
    expect(last_of_agents(vera)).to_have_text(words.reply, timeout=SOON)
    expect(agent.locator(".message.failed")).to_have_count(0)
    # What she means, she can send.
    send(agent, words.wrong)
    agent.locator(".message.failed").get_by_role("button").last.click()
    expect(last_of_agents(vera)).to_have_text(words.wrong, timeout=SOON)


def send(agent: Page, text: str) -> None:
    agent.locator("#text").fill(text)
    agent.locator("#text").press("Enter")


def last_of_agents(vera: WidgetPage) -> Locator:
    return vera.frame.locator(".item.agent .text").last


def hand_over(agent: Page, to: str) -> None:
    choice = agent.locator("#to option").filter(has_text=to).first.get_attribute("value")
    agent.locator("#to").select_option(choice)
    agent.locator("form.transfer button").click()
    expect(agent.locator("#composer")).to_be_hidden(timeout=SOON)


def use_the_ready_reply(vera: WidgetPage, agent: Page, words: Words) -> None:
    name = name_of(agent)
    agent.keyboard.press("Control+K")
    option = agent.locator("#found li").filter(has_text=words.ready_title)
    expect(option).to_be_visible(timeout=SOON)
    agent.keyboard.type(words.ready_title)
    expect(agent.locator("#found li").first).to_contain_text(words.ready_title, timeout=SOON)
    agent.wait_for_timeout(400)
    agent.keyboard.press("Enter")
    expect(agent.locator("#text")).to_have_value(re.compile(re.escape(name)))
    agent.locator("#text").press("Enter")
    expect(last_of_agents(vera)).to_contain_text(name, timeout=SOON)
    assert words.greeting.replace("Daniel Reed", name) in last_of_agents(vera).inner_text()


def give_it_back(vera: WidgetPage, agent: Page, words: Words, language: str) -> None:
    answers = vera.answers.count()
    agent.keyboard.press("Alt+Shift+KeyB")
    expect(agent.locator("#composer")).to_be_hidden(timeout=SOON)
    expect(vera.bar).to_be_hidden(timeout=SOON)
    vera.ask(words.question)
    expect(vera.answers).to_have_count(answers + 1, timeout=SOON)
    expect(vera.last_answer()).to_contain_text(shown("track-order", language))


def ask_again_and_be_asked_once(vera: WidgetPage, mika: Page, words: Words) -> None:
    vera.person.click()
    expect(vera.bar).to_be_visible(timeout=SOON)
    expect(mika.locator("[data-when=waiting]").first).to_be_visible(timeout=SOON)
    mika.keyboard.press("Alt+Shift+KeyC")
    expect(mika.locator("#composer")).to_be_visible(timeout=SOON)
    mika.keyboard.press("Alt+Shift+KeyX")
    mika.get_by_label(words.solved).check()
    mika.locator("#close-form .primary").click()
    expect(mika.locator("#state-badge .badge.closed")).to_be_visible(timeout=SOON)
    expect(vera.frame.locator(".item[data-kind=survey]")).to_have_count(1, timeout=SOON)
