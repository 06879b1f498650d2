"""A customer writes a message and is answered."""

import asyncio

import httpx
import pytest

from tests.web_widget.conftest import MakeApp, client_of
from tests.web_widget.support import Customer, FakeRasa, assert_problem
from web_widget.app import App


async def test_it_works(app: App, vera: Customer) -> None:
    response = await vera.send("Where is my order?")
    assert response.status_code == 202
    message = response.json()["message"]
    assert (message["from"], message["text"]) == ("customer", "Where is my order?")
    await app.desk.idle()
    answer = next(m for m in await vera.messages(message["seq"]) if m["kind"] == "answer")
    assert answer["faq_id"] == "track-order"
    assert answer["links"] == [{"title": "My orders", "url": "https://shop.example/orders"}]
    assert 0 < answer["confidence"] <= 1


async def test_a_japanese_question_gets_the_japanese_answer(
    app: App, http: httpx.AsyncClient
) -> None:
    hana = await Customer.start(http, language="ja")
    await hana.send("返品はできますか")
    await app.desk.idle()
    answer = next(m for m in await hana.messages() if m["kind"] == "answer")
    assert answer["text"].startswith("未使用の商品は30日以内")


async def test_sending_again_is_not_a_second_message(app: App, vera: Customer) -> None:
    body = {"client_msg_id": "m-1", "text": "Where is my order?"}
    first, second = await vera.post("/messages", body), await vera.post("/messages", body)
    assert first.json() == second.json() and second.status_code == 202
    await app.desk.idle()
    assert [m["from"] for m in await vera.messages()].count("customer") == 1


async def test_rasa_is_asked_when_it_is_there(app: App, vera: Customer, rasa: FakeRasa) -> None:
    rasa.replies = lambda _call: [{"say": "are_you_bot"}]
    await vera.send("Are you a robot?")
    await app.desk.idle()
    (call,) = rasa.asked
    assert (call["sender"], call["message"]) == (vera.id, "Are you a robot?")
    assert set(rasa.tokens) == {app.settings.rasa_token}
    assert (await vera.messages())[-1]["from"] == "bot"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": "hello"}, "client_msg_id is missing"),
        ({"client_msg_id": "m"}, "must have either text or choice, and not both"),
        (
            {"client_msg_id": "m", "text": "a", "choice": "b"},
            "must have either text or choice, and not both",
        ),
        ({"client_msg_id": "a b", "text": "a"}, "client_msg_id has characters or a form"),
        ({"client_msg_id": "m", "text": 5}, "text must be a text"),
        ({"client_msg_id": "m", "text": "a", "faq_id": "x"}, "faq_id is not a known field"),
        ({"client_msg_id": "m", "choice": "not-offered"}, ""),
        ({"client_msg_id": "m", "text": "  \u3000\t"}, ""),
        ({"client_msg_id": "m", "text": "x" * 2001}, "2000"),
    ],
)
async def test_it_refuses_what_is_no_message(
    vera: Customer, body: dict[str, object], sentence: str
) -> None:
    assert_problem(await vera.post("/messages", body), 400, sentence)
    assert len(await vera.messages()) == 1


async def test_all_that_is_wrong_is_said_at_once(vera: Customer) -> None:
    response = await vera.post("/messages", {"text": 5, "extra": 1})
    assert_problem(response, 400, "client_msg_id is missing", "text must be a text", "extra is not")


async def test_one_conversation_cannot_write_without_end(make_app: MakeApp) -> None:
    app = make_app(message_rate_per_minute="3")
    async with client_of(app) as http:
        vera, walt = await Customer.start(http), await Customer.start(http)
        for _ in range(3):
            assert (await vera.send("hello")).status_code == 202
        refused = await vera.send("hello")
        assert_problem(refused, 429, "Too many messages, please try again in")
        assert int(refused.headers["Retry-After"]) <= 20
        assert (await walt.send("hello")).status_code == 202


async def test_a_busy_desk_says_when_to_come_back(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(max_turns_in_flight="1")
    release = asyncio.Event()

    async def wait(*_args: object, **_more: object) -> list[object]:
        await release.wait()
        raise AssertionError

    monkeypatch.setattr(app.rasa, "send", wait)
    async with client_of(app) as http:
        customers = [await Customer.start(http) for _ in range(3)]
        responses = [await customer.send("Where is my order?") for customer in customers]
        await app.desk.stop()
    refused = next(r for r in responses if r.status_code == 503)
    assert_problem(refused, 503)
    assert int(refused.headers["Retry-After"]) >= 1
