"""walt has a conversation of his own; vera's does not exist for him."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.web_widget.support import Customer, assert_problem
from web_widget.app import App, create_public_app

GOOD_BODIES: dict[str, Any] = {
    "POST /messages": {"client_msg_id": "m", "text": "hello"},
    "POST /handoff": {},
    "POST /typing": {},
    "POST /feedback": {"message_seq": 1, "helpful": True},
    "POST /survey": {"csat": 5},
    "POST /identity": {"identity_token": "a.b.c"},
}
ROUTES = [
    "GET /messages",
    "POST /messages",
    "GET /events",
    "POST /handoff",
    "DELETE /handoff",
    "POST /typing",
    "POST /feedback",
    "POST /survey",
    "POST /identity",
]


def routes_with_an_id(app: App) -> Iterator[str]:
    prefix = "/api/conversations/{conversation_id}"
    for route in create_public_app(app).openapi()["paths"].items():
        path, methods = route
        if path.startswith(prefix):
            yield from (f"{method.upper()} {path.removeprefix(prefix)}" for method in methods)


def test_every_route_with_an_id_is_tried_here(app: App) -> None:
    assert sorted(routes_with_an_id(app)) == sorted(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
async def test_walt_gets_404(vera: Customer, walt: Customer, route: str) -> None:
    method, path = route.split()
    response = await walt.http.request(
        method, vera.path + path, headers=walt.headers, json=GOOD_BODIES.get(route)
    )
    assert_problem(response, 404)


@pytest.mark.parametrize("route", ROUTES)
async def test_an_unknown_id_looks_the_same(vera: Customer, walt: Customer, route: str) -> None:
    method, path = route.split()
    answers = []
    for conversation in (vera.path, "/api/conversations/none"):
        response = await walt.http.request(
            method, conversation + path, headers=walt.headers, json=GOOD_BODIES.get(route)
        )
        answers.append((response.status_code, response.content))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("route", ROUTES)
async def test_the_token_is_only_looked_for_in_the_header(
    http: httpx.AsyncClient, vera: Customer, route: str
) -> None:
    method, path = route.split()
    separator = "&" if "?" in path else "?"
    for headers in ({}, {"Authorization": vera.token}, {"Cookie": f"token={vera.token}"}):
        response = await http.request(
            method,
            f"{vera.path}{path}{separator}token={vera.token}&access_token={vera.token}",
            headers=headers,
            json=GOOD_BODIES.get(route),
        )
        assert_problem(response, 401, "Authorization: Bearer")
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_wrong_body_does_not_tell_whether_the_id_exists(
    vera: Customer, walt: Customer
) -> None:
    response = await walt.http.post(vera.path + "/survey", headers=walt.headers, json={"csat": 9})
    assert_problem(response, 404)
