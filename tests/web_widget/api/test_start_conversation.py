"""A customer opens the widget."""

import httpx
import pytest

from tests.web_widget.conftest import MakeApp, client_of
from tests.web_widget.support import assert_problem
from web_widget.app import App


async def test_it_works(http: httpx.AsyncClient) -> None:
    response = await http.post("/api/conversations", json={"language": "en", "site": "shop"})
    assert response.status_code == 201
    body = response.json()
    assert set(body) == {
        "conversation_id", "token", "language", "greeting", "identified", "resumed",
    }  # fmt: skip
    assert body["language"] == "en" and len(body["token"]) >= 43
    (greeting,) = body["greeting"]
    assert (greeting["seq"], greeting["from"], greeting["kind"]) == (1, "bot", "text")


async def test_nothing_has_to_be_said(http: httpx.AsyncClient) -> None:
    assert (await http.post("/api/conversations", json={})).status_code == 201


@pytest.mark.parametrize(
    ("accepts", "language"),
    [("ja,en;q=0.8", "ja"), ("fr;q=0.2, ja-JP;q=0.9, en;q=0.3", "ja"), ("xx", "en"), ("", "en")],
)
async def test_the_browser_language_is_used_when_none_is_named(
    http: httpx.AsyncClient, accepts: str, language: str
) -> None:
    response = await http.post("/api/conversations", json={}, headers={"Accept-Language": accepts})
    assert response.json()["language"] == language


async def test_a_named_language_wins_over_the_browser(http: httpx.AsyncClient) -> None:
    response = await http.post(
        "/api/conversations", json={"language": "ja"}, headers={"Accept-Language": "en"}
    )
    assert response.json()["language"] == "ja"


async def test_two_conversations_share_nothing(http: httpx.AsyncClient) -> None:
    one, other = [(await http.post("/api/conversations", json={})).json() for _ in range(2)]
    assert one["token"] != other["token"]
    assert one["conversation_id"] != other["conversation_id"]


@pytest.mark.parametrize(
    ("agent", "traffic"),
    [
        ("Mozilla/5.0 (Macintosh) Firefox/140", "customer"),
        ("Mozilla/5.0 (Linux; Android 15; CUBOT KINGKONG) Chrome/140", "customer"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler"),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", "crawler"),
        ("SomeCrawler/1.0", "crawler"),
    ],
)
async def test_crawlers_are_not_counted_as_customers(
    app: App, http: httpx.AsyncClient, agent: str, traffic: str
) -> None:
    made = await http.post("/api/conversations", json={}, headers={"User-Agent": agent})
    found = await app.desk.conversation(made.json()["conversation_id"])
    assert found.traffic == traffic


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"language": 7}, "language must be a text"),
        ({"site": ""}, "site is too short (minimum length 1)"),
        ({"page": "x" * 2001}, "page is too long (at most 2000 characters)"),
        ({"identity": "a\x00b"}, "identity has characters or a form that are not allowed"),
        ({"colour": "red"}, "colour is not a known field"),
        ([], "The request body must be a JSON object"),
        (None, "The request body is missing"),
    ],
)
async def test_it_refuses_a_wrong_body(
    http: httpx.AsyncClient, body: object, sentence: str
) -> None:
    response = await http.post("/api/conversations", json=body)
    assert assert_problem(response, 400) == f"{sentence}."


async def test_one_address_cannot_open_conversations_without_end(make_app: MakeApp) -> None:
    async with client_of(make_app(conversation_rate_per_minute="2")) as http:
        for _ in range(2):
            assert (await http.post("/api/conversations", json={})).status_code == 201
        refused = await http.post("/api/conversations", json={})
    assert_problem(refused, 429, "Too many new conversations, please try again in")
    assert int(refused.headers["Retry-After"]) in range(1, 31)


async def test_staff_who_try_the_widget_are_not_counted_as_customers(
    app: App, http: httpx.AsyncClient
) -> None:
    made = await http.post("/api/conversations", json={}, headers={"Cookie": "kotae_staff=x"})
    found = await app.desk.conversation(made.json()["conversation_id"])
    assert found.traffic == "staff"
