"""Kotae cannot be used against its own users by another website."""

import re

import httpx
import pytest

from tests.web_widget.conftest import MakeApp, client_of
from tests.web_widget.support import assert_problem

SHOP = "https://shop.example"
STRANGER = "https://evil.example"


@pytest.fixture
async def shop(make_app: MakeApp) -> httpx.AsyncClient:
    return client_of(make_app(allowed_origins=SHOP, demo="true"))


def ancestors(response: httpx.Response) -> str:
    found = re.search(r"frame-ancestors ([^;]+)", response.headers["Content-Security-Policy"])
    assert found, response.headers
    return found[1]


@pytest.mark.parametrize(
    "path", ["/", "/livez", "/api/suggestions?q=x", "/widget/frame", "/widget.js", "/staff/login"]
)
async def test_every_answer_is_protected(shop: httpx.AsyncClient, path: str) -> None:
    response = await shop.get(path)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in response.headers
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy


async def test_the_widget_is_shown_only_on_the_listed_websites(shop: httpx.AsyncClient) -> None:
    assert ancestors(await shop.get("/widget/frame")) == f"'self' {SHOP}"


@pytest.mark.parametrize("path", ["/staff/login", "/demo", "/", "/api/suggestions?q=x"])
async def test_nothing_else_is_shown_inside_another_page(
    shop: httpx.AsyncClient, path: str
) -> None:
    assert ancestors(await shop.get(path)) == "'none'"


async def test_staff_pages_are_not_kept(shop: httpx.AsyncClient) -> None:
    assert (await shop.get("/staff/login")).headers["Cache-Control"] == "no-store"


async def test_https_is_demanded_only_when_it_is_there(make_app: MakeApp) -> None:
    async with client_of(make_app(https="true")) as http:
        assert "Strict-Transport-Security" in (await http.get("/livez")).headers
    async with client_of(make_app()) as http:
        assert "Strict-Transport-Security" not in (await http.get("/livez")).headers


async def test_a_listed_website_may_call_the_api(shop: httpx.AsyncClient) -> None:
    preflight = await shop.options(
        "/api/conversations",
        headers={"Origin": SHOP, "Access-Control-Request-Method": "POST"},
    )
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    made = await shop.post("/api/conversations", json={}, headers={"Origin": SHOP})
    assert made.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Access-Control-Allow-Credentials" not in made.headers


async def test_a_listed_website_can_read_our_errors(shop: httpx.AsyncClient) -> None:
    response = await shop.get("/api/conversations/x/messages", headers={"Origin": SHOP})
    assert_problem(response, 401)
    assert response.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Retry-After" in response.headers["Access-Control-Expose-Headers"]


async def test_another_website_may_not(shop: httpx.AsyncClient) -> None:
    preflight = await shop.options(
        "/api/conversations",
        headers={"Origin": STRANGER, "Access-Control-Request-Method": "POST"},
    )
    assert_problem(preflight, 403, "This website may not use Kotae from its own pages")
    made = await shop.post("/api/conversations", json={}, headers={"Origin": STRANGER})
    assert "Access-Control-Allow-Origin" not in made.headers


@pytest.mark.parametrize("path", ["/staff/login", "/widget/frame", "/readyz"])
async def test_only_the_api_is_opened(shop: httpx.AsyncClient, path: str) -> None:
    response = await shop.get(path, headers={"Origin": SHOP})
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("help.shop.example", 200),
        ("help.shop.example:8000", 200),
        ("HELP.shop.example", 200),
        ("a.pages.example", 200),
        ("pages.example", 400),
        ("evil.example", 400),
        ("help.shop.example.evil.example", 400),
    ],
)
async def test_only_listed_host_names_are_answered(
    make_app: MakeApp, host: str, status: int
) -> None:
    app = make_app(allowed_hosts="help.shop.example, *.pages.example")
    async with client_of(app) as http:
        response = await http.get("/api/suggestions?q=x", headers={"Host": host})
        assert response.status_code == status
        assert (await http.get("/livez", headers={"Host": host})).status_code == 200
