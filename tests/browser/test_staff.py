"""The staff pages in a real browser: sign in, help a customer, read a report."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import Connection, update

from faq_index import ensure_index
from helpdesk.database import Database
from helpdesk.store.tables import staff as staff_table
from tests.conftest import chromium
from tests.web_widget.staff.serving import Running, serving
from tests.web_widget.support import TrigramEncoder
from web_widget.knowledge import Knowledge
from web_widget.read_settings import load_settings
from web_widget.watch import folder_stamp

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PASSWORD = "a long password"
# Chromium shows every page of a test: this is what a page in the background would be told.
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
REPORT_PAGES = ("/why", "/plan", "/loyalty", "/audit", "/how")


@pytest.fixture(scope="module")
def kotae(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("kotae")
    shutil.copytree(ROOT / "tests" / "web_widget" / "faq", home / "faq")
    environ = {
        "KOTAE_FAQ_DIR": str(home / "faq"),
        "KOTAE_VAR_DIR": str(home / "var"),
        "KOTAE_WORDING_DIR": str(ROOT / "data" / "wording"),
        "KOTAE_CONVERSATION_RATE_PER_MINUTE": "600",
        # The agents of all tests are the same two.
        "KOTAE_CHATS_PER_AGENT": "100",
        "KOTAE_DEMO": "true",
    }
    settings = load_settings(environ)
    encoder = TrigramEncoder()
    index = ensure_index(settings.faq_dir, settings.snapshot_dir, encoder)
    Database(settings.database).upgrade()
    with serving(settings, Knowledge(index, encoder, folder_stamp(settings.faq_dir))) as running:
        desk = running.app.desk
        running.do(desk.add_staff("ana", "Ana", "agent", PASSWORD))
        running.do(desk.add_staff("ben", "Ben", "agent", PASSWORD))
        running.do(desk.add_staff("ada", "Ada", "admin", PASSWORD))
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--headless", "--no-sandbox"]
        )
        yield browser
        browser.close()


@dataclass
class Vera:
    """A customer who waits for a person."""

    http: httpx.Client
    path: str
    id: str

    def say(self, text: str) -> None:
        body = {"client_msg_id": uuid.uuid4().hex, "text": text}
        assert self.http.post(f"{self.path}/messages", json=body).status_code == 202

    def heard(self) -> list[str]:
        messages: list[dict[str, Any]] = self.http.get(f"{self.path}/messages").json()["messages"]
        return [message["text"] for message in messages if message["from"] == "agent"]


@pytest.fixture
def vera(kotae: Running) -> Iterator[Vera]:
    with httpx.Client(base_url=kotae.address) as http:
        yield wait_for_person(http, kotae, "my parcel never came")


def wait_for_person(
    http: httpx.Client, kotae: Running, question: str, language: str = "en"
) -> Vera:
    http.headers.pop("Authorization", None)
    made = http.post("/api/conversations", json={"language": language, "page": "/orders"}).json()
    http.headers["Authorization"] = f"Bearer {made['token']}"
    vera = Vera(http, f"/api/conversations/{made['conversation_id']}", made["conversation_id"])
    vera.say(question)
    kotae.do(kotae.app.desk.idle())
    assert http.post(f"{vera.path}/handoff", json={}).json()["state"] == "waiting"
    return vera


@pytest.fixture
def open_browser(browser: Browser, kotae: Running) -> Iterator[Any]:
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def sign_in(login: str, **options: Any) -> Page:
        context = browser.new_context(base_url=kotae.address, **{"locale": "en", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda m: wrong.append(m.text) if "Content Security Policy" in m.text else None,
        )
        page.goto("/staff")
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/staff/(inbox|reports)"))
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert wrong == []


def open_conversation(page: Page, vera: Vera) -> None:
    page.goto(f"/staff/inbox/{vera.id}")
    page.wait_for_load_state("load")


def last(page: Page, sender: str) -> Any:
    return page.locator(f"#messages .message.{sender} .bubble").last


def test_an_agent_helps_a_customer(open_browser: Any, vera: Vera) -> None:
    page = open_browser("ana")
    expect(page.locator(".live-state.on")).to_be_visible()
    page.locator(f'[data-conversation="{vera.id}"] a').click()
    page.wait_for_url(f"**/staff/inbox/{vera.id}")
    page.wait_for_load_state("load")
    page.get_by_role("button", name="Take this conversation").click()
    composer = page.get_by_label("Your message")
    expect(composer).to_be_focused()
    composer.fill("Hello Vera")
    composer.press("Enter")
    expect(last(page, "agent")).to_have_text("Hello Vera")
    expect(page.locator(".message.pending")).to_have_count(0)
    assert vera.heard() == ["Hello Vera"]
    vera.say("<b>It is</b> late\nvery late")
    expect(last(page, "customer")).to_have_text("<b>It is</b> latevery late")
    expect(page.locator("#announce")).to_have_text("Customer: <b>It is</b> late very late")
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_label("Solved").check()
    page.locator("#close-dialog").get_by_role("button", name="Close", exact=True).click()
    expect(page.locator("#state-badge")).to_have_text("Closed")
    expect(composer).to_be_hidden()


def test_an_agent_quicker_than_the_page_can_write_at_once(open_browser: Any, vera: Vera) -> None:
    page = open_browser("ana")
    page.route("**/conversation.js", lambda route: route.abort())
    open_conversation(page, vera)
    page.get_by_role("button", name="Take this conversation").click()
    expect(page.get_by_label("Your message")).to_be_focused()


def test_ones_own_message_is_shown_once(open_browser: Any, vera: Vera) -> None:
    page = open_browser("ana")
    open_conversation(page, vera)
    page.get_by_role("button", name="Take this conversation").click()
    for number in range(5):
        page.get_by_label("Your message").fill(f"line {number}")
        page.keyboard.press("Enter")
    expect(page.locator("#messages .agent[data-seq]")).to_have_count(5)
    page.wait_for_timeout(300)
    shown = page.locator("#messages .agent .bubble").all_text_contents()
    assert shown == [f"line {number}" for number in range(5)] == vera.heard()


def test_a_message_that_was_not_sent_can_be_sent_again(open_browser: Any, vera: Vera) -> None:
    page = open_browser("ana")
    open_conversation(page, vera)
    page.get_by_role("button", name="Take this conversation").click()
    expect(page.get_by_label("Your message")).to_be_focused()
    page.route("**/messages", lambda route: route.abort())
    page.keyboard.type("Are you there?")
    page.keyboard.press("Enter")
    expect(page.locator(".message.failed")).to_contain_text("Not sent.")
    page.unroute("**/messages")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="Send again").click()
    expect(page.locator(".message.failed")).to_have_count(0)
    expect(page.locator("#messages .agent[data-seq]")).to_have_count(1)
    assert vera.heard() == ["Are you there?"]


def test_enter_that_ends_japanese_input_does_not_send(open_browser: Any, vera: Vera) -> None:
    page = open_browser("ana")
    open_conversation(page, vera)
    page.get_by_role("button", name="Take this conversation").click()
    box = page.get_by_label("Your message")
    expect(box).to_be_focused()
    box.fill("こんにちは")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    page.evaluate(
        """() => { const event = new KeyboardEvent("keydown", {key: "Enter", keyCode: 229,
        bubbles: true}); document.getElementById("text").dispatchEvent(event); }"""
    )
    expect(box).to_have_value("こんにちは")
    box.press("Shift+Enter")
    box.press_sequentially("again")
    expect(box).to_have_value("こんにちは\nagain")
    assert vera.heard() == []
    box.press("Enter")
    expect(last(page, "agent")).to_contain_text("again")


def test_two_agents_and_one_customer(open_browser: Any, vera: Vera) -> None:
    ana, ben = open_browser("ana"), open_browser("ben")
    for page in (ana, ben):
        open_conversation(page, vera)
    ben.route("**/staff/events*", lambda route: route.abort())
    ben.reload()
    ana.get_by_role("button", name="Take this conversation").click()
    expect(ana.locator("#state-badge")).to_have_text("With Ana")
    ben.get_by_role("button", name="Take this conversation").click()
    expect(ben.get_by_role("alert")).to_have_text("Ana has already taken this conversation.")
    ben.unroute("**/staff/events*")
    ben.reload()
    expect(ben.get_by_text("Ana is helping this customer.")).to_be_visible()
    ana.get_by_role("button", name="Put back in the queue").click()
    expect(ben.get_by_role("button", name="Take this conversation")).to_be_visible()


def test_the_inbox_lives(open_browser: Any, vera: Vera, kotae: Running) -> None:
    page = open_browser("ana")
    expect(page.locator(".live-state.on")).to_be_visible()
    before = page.locator('[data-queue="waiting"] li').count()
    expect(page).to_have_title(f"({before}) Inbox · Kotae")
    row = page.locator(f'[data-conversation="{vera.id}"] a')
    row.focus()
    with httpx.Client(base_url=kotae.address) as http:
        other = wait_for_person(http, kotae, "<i>where</i> is my tent")
        shown = page.locator(f'[data-conversation="{other.id}"]')
        expect(shown).to_contain_text("<i>where</i> is my tent")
        expect(page).to_have_title(f"({before + 1}) Inbox · Kotae")
        expect(page.locator("#announce")).to_contain_text("<i>where</i> is my tent")
        expect(row).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(shown.locator("a")).to_be_focused()
        other.say("hello?")
        expect(shown).to_contain_text("New message")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/staff/inbox/{other.id}")
        page.get_by_role("button", name="Take this conversation").click()
        expect(page.locator("#state-badge")).to_have_text("With Ana")
        page.go_back()
        expect(page.locator('[data-queue="mine"]')).to_contain_text("<i>where</i> is my tent")


# Headless Chromium shows no notifications: this stands for the system's.
NOTIFICATIONS = """
  window.shown = [];
  window.Notification = class {
    static permission = "default";
    static async requestPermission() { return (this.permission = "granted"); }
    constructor(title, options) { window.shown.push([title, options.body]); }
  };
  Object.defineProperty(document, "hidden", { get: () => true });
"""


def test_an_agent_who_asked_for_it_is_notified(open_browser: Any, kotae: Running) -> None:
    page = open_browser("ana")
    page.add_init_script(NOTIFICATIONS)
    page.reload()
    expect(page.locator(".live-state.on")).to_be_visible()
    with httpx.Client(base_url=kotae.address) as http:
        unasked = wait_for_person(http, kotae, "is anybody there")
        expect(page.locator(f'[data-conversation="{unasked.id}"]')).to_be_visible()
        assert page.evaluate("window.shown") == []
        page.get_by_role("button", name="Notify me").click()
        expect(page.get_by_role("button", name="Notify me")).to_be_hidden()
        asked = wait_for_person(http, kotae, "where is <i>my</i> tent")
        expect(page.locator(f'[data-conversation="{asked.id}"]')).to_be_visible()
    assert page.evaluate("window.shown") == [["New request", "where is <i>my</i> tent"]]


def test_the_draft_goes_into_the_message(open_browser: Any, kotae: Running) -> None:
    with httpx.Client(base_url=kotae.address) as http:
        vera = wait_for_person(http, kotae, "where is my package")
        page = open_browser("ana", viewport={"width": 375, "height": 740})
        open_conversation(page, vera)
        page.get_by_role("button", name="Take this conversation").click()
        page.get_by_role("button", name="What happened before").click()
        page.get_by_role("button", name="Use draft").click()
        box = page.get_by_label("Your message")
        expect(box).to_be_focused()
        assert box.input_value() == page.locator("#use-draft").get_attribute("data-draft")


def test_an_answer_of_the_faq_goes_into_the_message_by_keys_alone(
    open_browser: Any, vera: Vera
) -> None:
    page = open_browser("ana")
    open_conversation(page, vera)
    page.get_by_role("button", name="Take this conversation").click()
    box = page.get_by_label("Your message")
    expect(box).to_be_focused()
    box.press_sequentially("Hello Vera,")
    page.keyboard.press("Control+k")
    find = page.get_by_role("combobox", name="Find an answer")
    expect(find).to_be_focused()
    find.press_sequentially("where is my order")
    found = page.locator("#found [aria-selected=true]")
    expect(found).to_contain_text("order")
    question = found.inner_text()
    page.keyboard.press("ArrowDown")
    expect(found).not_to_have_text(question)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    assert box.input_value().startswith("Hello Vera,\n") and len(box.input_value()) > 20
    expect(find).to_have_value("")
    assert vera.heard() == []


def test_a_chat_is_handed_to_a_colleague_with_a_note(open_browser: Any, vera: Vera) -> None:
    ana, ben = open_browser("ana"), open_browser("ben")
    for page in (ana, ben):
        open_conversation(page, vera)
    ana.get_by_role("button", name="Take this conversation").click()
    expect(ana.locator("#text")).to_be_focused()
    ana.get_by_label("A note that no customer sees").fill("Her parcel is in <b>Osaka</b>.")
    ana.get_by_role("button", name="Add the note").click()
    ana.wait_for_load_state("load")
    expect(ana.locator(".notes")).to_contain_text("Her parcel is in <b>Osaka</b>.")
    to_ben = ana.locator("#to option", has_text="Ben").get_attribute("value")
    ana.get_by_label("To a colleague").select_option(to_ben)
    ana.get_by_role("button", name="Hand over").click()
    expect(ana.get_by_text("Ben is helping this customer.")).to_be_visible()
    expect(ben.get_by_label("Your message")).to_be_visible()
    ben.get_by_label("Your message").fill("Hello, this is Ben.")
    ben.get_by_label("Your message").press("Enter")
    expect(last(ben, "agent")).to_have_text("Hello, this is Ben.")
    assert vera.heard() == ["Hello, this is Ben."]
    ben.reload()
    expect(ben.locator(".notes")).to_contain_text("Osaka")


def test_a_chat_whose_agent_is_cut_off_can_be_taken(
    open_browser: Any, vera: Vera, kotae: Running
) -> None:
    ana = open_browser("ana")
    open_conversation(ana, vera)
    ana.get_by_role("button", name="Take this conversation").click()
    expect(ana.locator("#text")).to_be_focused()
    ana.close()
    gone = datetime.now(UTC) - timedelta(minutes=2)

    def away(connection: Connection) -> None:
        login = staff_table.c.login == "ana"
        connection.execute(update(staff_table).where(login).values(last_seen_at=gone))

    kotae.do(kotae.app.db.write(away))
    ben = open_browser("ben")
    waiting = ben.locator(".queue[data-queue=waiting]")
    expect(waiting).to_contain_text("Ana is away")
    open_conversation(ben, vera)
    ben.get_by_role("button", name="Take this conversation").click()
    expect(ben.locator("#state-badge")).to_have_text("With Ben")
    expect(ben.locator("#text")).to_be_focused()


def test_what_is_written_while_nobody_looks_is_unread(open_browser: Any, vera: Vera) -> None:
    page = open_browser("ana")
    open_conversation(page, vera)
    page.get_by_role("button", name="Take this conversation").click()
    expect(page.get_by_label("Your message")).to_be_focused()
    title = page.title()
    page.evaluate(HIDE, True)
    vera.say("are you there?")
    expect(page).to_have_title(f"(1) {title}")
    vera.say("hello?")
    expect(page).to_have_title(f"(2) {title}")
    page.evaluate(HIDE, False)
    expect(page).to_have_title(title)
    page.goto("/staff/inbox")
    row = page.locator(f'[data-queue=mine] [data-conversation="{vera.id}"]')
    expect(row).not_to_contain_text("New message")
    vera.say("I am still here")
    expect(row).to_contain_text("New message")
    # It is so after the page was loaded again, and no more once she has read it.
    page.reload()
    expect(row).to_contain_text("New message")
    row.locator("a").click()
    expect(last(page, "customer")).to_have_text("I am still here")
    page.goto("/staff/inbox")
    expect(page.locator(".live-state.on")).to_be_visible()
    expect(row).not_to_contain_text("New message")


def test_who_is_away_is_seen_to_be(open_browser: Any, vera: Vera) -> None:
    ana, ben = open_browser("ana"), open_browser("ben")
    bens = ana.locator("#team li", has_text="Ben")
    # That he has opened a page is seen at the next beat of the heart.
    expect(bens).to_contain_text("available", timeout=20_000)
    ben.get_by_role("button", name="Go away").click()
    expect(bens).to_contain_text("away")
    open_conversation(ana, vera)
    ana.get_by_role("button", name="Take this conversation").click()
    expect(ana.locator("#to option", has_text="Ben")).to_have_attribute("disabled", "")
    ben.get_by_role("button", name="I am back").click()
    ana.goto("/staff/inbox")
    expect(bens).to_contain_text("available")


def test_signing_out_ends_the_other_tabs_too(open_browser: Any, vera: Vera) -> None:
    page = open_browser("ben")
    open_conversation(page, vera)
    other = page.context.new_page()
    other.goto("/staff/inbox")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="Take this conversation").click()
    expect(page.get_by_role("alert")).to_have_text("You are signed out. Please sign in again.")
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.usefixtures("vera")
def test_a_report_leads_to_its_episodes(open_browser: Any) -> None:
    page = open_browser("ada")
    page.get_by_role("link", name="Reports").click()
    expect(page.get_by_text("Too few to tell").first).to_be_visible()
    page.get_by_label("Period").select_option("custom")
    expect(page.get_by_label("From")).to_be_visible()
    page.get_by_label("Period").select_option("this_week")
    expect(page.get_by_label("From")).to_be_hidden()
    page.get_by_role("button", name="Show").click()
    row = page.get_by_role("row", name=re.compile("^All episodes"))
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All episodes with a question")
    page.get_by_role("link", name="my parcel never came").first.click()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    page.get_by_role("link", name="Episodes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All episodes with a question")


SIZES = [(1280, 860), (320, 640)]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_page_is_accessible_and_fits(
    open_browser: Any, vera: Vera, language: str, scheme: str, size: tuple[int, int]
) -> None:
    width, height = size
    page = open_browser(
        "ada",
        locale=language,
        color_scheme=scheme,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    episodes = "/staff/reports/episodes?outcome=engaged"
    faqs = ("/staff/faqs", "/staff/faqs/en/track-order", "/staff/faqs/en/track-order/history")
    others = (*faqs, "/staff/faqs/new", "/staff/try", "/staff/banners", "/staff/gaps")
    reports = [f"/staff/reports{page}" for page in ("", *REPORT_PAGES)]
    team = ("/staff/inbox", f"/staff/inbox/{vera.id}", "/staff/ready-replies")
    for path in (*team, *others, *reports, episodes):
        page.goto(path)
        check(page, path)
    page.locator("td a, th a").first.click()
    check(page, "episode")
    open_conversation(page, vera)
    page.locator("[data-when=waiting] button").click()
    expect(page.locator("#text")).to_be_focused()
    check(page, "claimed")
    page.locator("#open-close").click()
    check(page, "dialog")
    page.context.clear_cookies()
    page.goto("/staff/login")
    check(page, "sign-in")


def check(page: Page, where: str) -> None:
    page.wait_for_load_state("load")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.response["passes"], where
    broken = [(v["id"], [n["html"] for n in v["nodes"]]) for v in found.response["violations"]]
    assert broken == [], where
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), where
