"""A support lead's day, in Chromium: from what customers ask in vain to an answer, and back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_whole_day import customer, staff
from tests.conftest import ROOT
from tests.product import Product, started

pytestmark = [pytest.mark.live, pytest.mark.browser, pytest.mark.timeout(600)]

QUESTION = "do you rent yurts for weddings"
ANSWER = "We rent yurts from May to October."
# Publishing learns the FAQ anew, on a machine that may be busy.
SOON = 45_000


@pytest.fixture(scope="module")
def faq(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop's FAQ, for this day to change."""
    folder = tmp_path_factory.mktemp("lead") / "data"
    shutil.copytree(ROOT / "data" / "faq", folder / "faq")
    shutil.copy(ROOT / "data" / "golden.yml", folder)
    return folder / "faq"


@pytest.fixture(scope="module")
def lead_day(tmp_path_factory: pytest.TempPathFactory, faq: Path) -> Iterator[Product]:
    settings = {
        "KOTAE_FAQ_DIR": str(faq),
        "KOTAE_MESSAGE_RATE_PER_MINUTE": "600",
        "KOTAE_CONVERSATION_RATE_PER_MINUTE": "600",
    }
    with started(tmp_path_factory.mktemp("lead-day"), settings) as running:
        yield running


def test_a_day_of_a_lead(open_page: OpenPage, lead_day: Product, faq: Path) -> None:
    ask_in_vain(open_page, lead_day)
    lead = staff(open_page, lead_day, "demo-lead")
    find_the_gap(lead, lead_day)
    write_the_entry(lead)
    see_what_it_changes_and_publish(lead)
    expect_answer(open_page, lead_day, ANSWER)
    change_it(lead, lead_day, "Yurts are not rented any more.")
    expect_answer(open_page, lead_day, "Yurts are not rented any more.")
    restore_the_first_state(lead, lead_day)
    expect_answer(open_page, lead_day, ANSWER)
    change_the_file(faq, ANSWER, "Ask us about yurts.")
    expect_answer(open_page, lead_day, "Ask us about yurts.")
    break_the_file(faq, lead, lead_day)
    expect_answer(open_page, lead_day, "Ask us about yurts.")
    try_it(lead, lead_day)


def ask_in_vain(open_page: OpenPage, product: Product) -> None:
    for _ in range(2):
        widget = customer(open_page, product)
        seen = widget.bot_messages.count()
        widget.ask(QUESTION)
        expect(widget.bot_messages).not_to_have_count(seen, timeout=15_000)
        widget.person.click()
        expect(widget.bar).to_be_visible(timeout=15_000)


def find_the_gap(lead: Page, product: Product) -> None:
    lead.goto(f"{product.url}/staff/gaps")
    gap = lead.locator(".gap", has_text=QUESTION)
    expect(gap).to_contain_text("2 customers")
    gap.get_by_text("Start a new entry").click()
    gap.locator("[name=answer]").fill("To be written.")
    gap.locator("[name=id]").fill("yurts")
    gap.get_by_role("button", name="Draft the entry").click()
    expect(lead.locator("[name=question]")).to_have_value(QUESTION)


def write_the_entry(lead: Page) -> None:
    lead.locator("[name=answer]").fill(f"**{ANSWER}**")
    expect(lead.locator("#preview strong")).to_have_text(ANSWER)
    lead.locator("[name=also_asked]").fill("can I hire a yurt\nyurt rental\nyurt for a party")
    lead.get_by_role("button", name="Save and see what changes").click()


def see_what_it_changes_and_publish(lead: Page) -> None:
    impact = lead.locator("#what-would-change")
    expect(impact).to_contain_text("past questions and phrasings were asked", timeout=SOON)
    expect(impact).to_contain_text(QUESTION)
    expect(impact).to_contain_text("asked 2 times")
    expect(impact).to_contain_text("Expected change in the self-resolution rate: +")
    publish(lead)


def publish(lead: Page, why: str = "") -> None:
    button = lead.get_by_role("button", name="Publish")
    expect(button).to_be_enabled(timeout=SOON)
    lead.locator("[name=why]").fill(why)
    button.click()
    expect(lead.get_by_role("status").first).to_contain_text("Published", timeout=SOON)


def expect_answer(open_page: OpenPage, product: Product, text: str) -> None:
    """Customers are told so within moments, without anything being restarted."""
    widget = customer(open_page, product)
    for _ in range(30):
        seen = widget.bot_messages.count()
        widget.ask(QUESTION)
        expect(widget.bot_messages).not_to_have_count(seen, timeout=15_000)
        # Not what is said last: who asks the same again is offered a person with the answer.
        if text in widget.last_answer().inner_text():
            return
        widget.page.wait_for_timeout(1000)
    raise AssertionError(f"customers are never told {text!r}")


def change_it(lead: Page, product: Product, answer: str) -> None:
    lead.goto(f"{product.url}/staff/faqs?text=yurt")
    lead.get_by_role("link", name=QUESTION).click()
    lead.locator("[name=answer]").fill(answer)
    lead.get_by_role("button", name="Save and see what changes").click()
    publish(lead, "The yurts are sold.")


def restore_the_first_state(lead: Page, product: Product) -> None:
    lead.goto(f"{product.url}/staff/faqs/en/yurts/history")
    expect(lead.locator("main")).to_contain_text("The yurts are sold.")
    lead.get_by_role("button", name="Bring this state back").last.click()
    expect(lead.locator("ins").first).to_be_visible()
    publish(lead)


def change_the_file(faq: Path, old: str, new: str) -> None:
    path = next(path for path in faq.rglob("*.yml") if old in path.read_text(encoding="utf-8"))
    path.write_text(path.read_text(encoding="utf-8").replace(f"**{old}**", new), encoding="utf-8")


def break_the_file(faq: Path, lead: Page, product: Product) -> None:
    path = faq / "en" / "orders.yml"
    path.write_text(path.read_text(encoding="utf-8") + "  - id: [oops\n", encoding="utf-8")
    lead.goto(f"{product.url}/staff/faqs")
    expect(lead.get_by_role("alert")).to_contain_text("en/orders.yml:")


def try_it(lead: Page, product: Product) -> None:
    lead.goto(f"{product.url}/staff/try")
    lead.locator("[name=questions]").fill(f"{QUESTION}\nwhere is my order")
    lead.get_by_role("button", name="Ask").click()
    expect(lead.locator("main")).to_contain_text("Ask us about yurts.")
    lead.get_by_label("Should be answered by").first.select_option("right")
    lead.get_by_role("button", name="Save the marks").click()
    expect(lead.get_by_role("status").first).to_contain_text("1 mark is saved")
