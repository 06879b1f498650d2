from __future__ import annotations

import uuid

import pytest

from tests.web_widget.staff.support import HTML, Person
from tests.web_widget.staff.test_inbox import leave_contact
from tests.web_widget.support import Customer
from web_widget.app import App


async def test_it_works(ana: Person, waiting: Customer) -> None:
    claimed = await ana.done(waiting.id, "claim")
    assert (claimed["state"], claimed["mine"], claimed["label"]) == ("agent", True, "With Ana")
    sent = await ana.done(waiting.id, "messages", text="Let me look\nfor it", client_msg_id="m1")
    assert sent["message"]["who"] == "Ana" and sent["message"]["client_msg_id"] == "m1"
    last = (await waiting.messages())[-1]
    assert (last["from"], last["text"]) == ("agent", "Let me look\nfor it")
    await waiting.send("thank you")
    page = await ana.see(f"/staff/inbox/{waiting.id}")
    assert "Let me look<br>for it" in page and "thank you" in page
    assert (await ana.done(waiting.id, "close", resolution="solved"))["state"] == "closed"


async def test_it_shows_what_happened_before(app: App, ana: Person, walt: Customer) -> None:
    await walt.send("where is my package")
    await app.desk.idle()
    await walt.send("how can I see where my delivery is")
    await app.desk.idle()
    await walt.post("/handoff", {})
    page = await ana.see(f"/staff/inbox/{walt.id}")
    for shown in (
        "What happened before",
        "how can I see where my delivery is",
        "Where is my order",
    ):
        assert shown in page
    assert "%" in page.split('class="candidates"')[1]
    assert "Open <strong>My orders</strong> and choose <em>Track</em>." in page
    assert 'data-draft="Open **My orders** and choose *Track*."' in page


async def test_it_shows_whom_the_website_says_it_is(
    app: App, ana: Person, waiting: Customer
) -> None:
    assert "by the website" not in await ana.see(f"/staff/inbox/{waiting.id}")
    await app.desk.identify(await app.desk.conversation(waiting.id), "vera-1")
    page = await ana.see(f"/staff/inbox/{waiting.id}")
    assert "Customer, by the website" in page
    assert "vera-1" in page


async def test_only_one_gets_it(ana: Person, ben: Person, waiting: Customer) -> None:
    await ben.done(waiting.id, "claim")
    refused = await ana.act(waiting.id, "claim")
    assert refused.status_code == 409
    assert refused.json()["error"] == "Ben has already taken this conversation."


async def test_it_says_when_nobody_waits_any_more(ana: Person, waiting: Customer) -> None:
    await ana.done(waiting.id, "claim")
    await ana.done(waiting.id, "close", resolution="solved")
    refused = await ana.act(waiting.id, "claim")
    assert refused.status_code == 409
    assert refused.json()["error"] == "This conversation is not waiting any more."


async def test_nobody_writes_into_a_colleagues_conversation(
    ana: Person, ben: Person, waiting: Customer
) -> None:
    await ben.done(waiting.id, "claim")
    for verb in ("messages", "release", "close"):
        refused = await ana.act(waiting.id, verb, text="I am Ben", resolution="spam")
        assert refused.status_code == 403, verb
    page = await ana.see(f"/staff/inbox/{waiting.id}")
    assert "Ben is helping this customer." in page
    assert all(message["from"] != "agent" for message in await waiting.messages())


async def test_a_repeated_message_is_sent_once(ana: Person, waiting: Customer) -> None:
    await ana.done(waiting.id, "claim")
    same = uuid.uuid4().hex
    seqs = [
        (await ana.done(waiting.id, "messages", text="hello", client_msg_id=same))["message"]["seq"]
        for _ in range(2)
    ]
    assert seqs[0] == seqs[1]
    texts = [message["text"] for message in await waiting.messages()]
    assert texts.count("hello") == 1


async def test_putting_it_back_lets_a_colleague_take_it(
    ana: Person, ben: Person, waiting: Customer
) -> None:
    await ana.done(waiting.id, "claim")
    assert (await ana.done(waiting.id, "release"))["state"] == "waiting"
    assert (await ben.done(waiting.id, "claim"))["mine"]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
async def test_it_refuses_an_empty_or_endless_message(
    ana: Person, waiting: Customer, text: str
) -> None:
    await ana.done(waiting.id, "claim")
    refused = await ana.act(waiting.id, "messages", text=text)
    assert refused.status_code == 400
    assert refused.json()["error"].startswith("That input could not be used.")


async def test_it_refuses_a_resolution_nobody_offers(ana: Person, waiting: Customer) -> None:
    await ana.done(waiting.id, "claim")
    assert (await ana.act(waiting.id, "close", resolution="whatever")).status_code == 400


async def test_it_works_without_script(ana: Person, waiting: Customer) -> None:
    page = f"/staff/inbox/{waiting.id}"
    response = await ana.submit(f"/staff/api/conversations/{waiting.id}/claim")
    assert (response.status_code, response.headers["location"]) == (303, page)
    await ana.submit(f"/staff/api/conversations/{waiting.id}/messages", text="hello")
    assert "hello" in await ana.see(page)


async def test_a_refusal_without_script_is_a_page(
    ana: Person, ben: Person, waiting: Customer
) -> None:
    await ben.done(waiting.id, "claim")
    response = await ana.submit(f"/staff/api/conversations/{waiting.id}/claim")
    assert response.status_code == 409
    assert "Ben has already taken this conversation." in response.text


async def test_contact_details_can_be_answered(app: App, ana: Person, walt: Customer) -> None:
    await leave_contact(app, walt)
    page = await ana.see(f"/staff/inbox/{walt.id}")
    assert "The customer left contact details." in page
    assert 'href="mailto:walt%40example.com"' in page and "Call me about my tent" in page
    assert (await ana.done(walt.id, "claim"))["state"] == "agent"


async def test_a_conversation_of_a_customer_who_came_before_shows_it(
    app: App, ana: Person, ada: Person
) -> None:
    first = await app.desk.start_conversation(site="shop", language="en", visitor="v1")
    await app.desk.receive(first.conversation, client_msg_id="1", text="do you repair tents")
    await app.desk.idle()
    second = await app.desk.start_conversation(site="shop", language="en", visitor="v1")
    await app.desk.ask_for_person(second.conversation)
    page = await ana.see(f"/staff/inbox/{second.conversation.id}")
    assert "do you repair tents" in page
    assert "/staff/reports/episodes/" not in page
    assert "/staff/reports/episodes/" in await ada.see(f"/staff/inbox/{second.conversation.id}")


async def test_the_page_can_be_left_for_later_in_its_language(
    ana: Person, waiting: Customer
) -> None:
    page = f"/staff/inbox/{waiting.id}"
    response = await ana.submit("/staff/language", language="ja", next=page)
    assert (response.status_code, response.headers["location"]) == (303, page)
    shown = await ana.http.get(page, headers={**HTML, "Accept-Language": "en"})
    assert '<html lang="ja">' in shown.text and "これまでの経緯" in shown.text
