"""A form that is not from our own page does nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.web_widget.staff.support import HTML, PASSWORD, Person
from tests.web_widget.support import Customer
from web_widget.app import App

ACTIONS = ("claim", "release", "messages", "close", "label")


@pytest.mark.parametrize("verb", ACTIONS)
@pytest.mark.parametrize("secret", [None, "", "wrong", "ébène"])
async def test_it_refuses_actions_without_the_secret(
    ana: Person, waiting: Customer, verb: str, secret: str | None
) -> None:
    path = f"/staff/api/conversations/{waiting.id}/{verb}"
    fields = {"text": "hello", "resolution": "solved"}
    form = fields if secret is None else {**fields, "csrf": secret}
    response = await ana.http.post(path, data=form, headers=HTML)
    assert response.status_code == 403
    state = await waiting.call("GET", "/messages")
    assert state.json()["state"] == "waiting"


async def test_it_refuses_the_secret_of_another_session(
    ana: Person, ben: Person, waiting: Customer
) -> None:
    path = f"/staff/api/conversations/{waiting.id}/claim"
    response = await ana.http.post(path, data={"csrf": await ben.csrf("/staff/inbox")})
    assert response.status_code == 403


async def test_it_takes_the_secret_from_a_header_too(ana: Person, waiting: Customer) -> None:
    headers = {"X-CSRF-Token": await ana.csrf("/staff/inbox"), "Accept": "application/json"}
    path = f"/staff/api/conversations/{waiting.id}/claim"
    assert (await ana.http.post(path, headers=headers)).status_code == 200


async def test_signing_in_needs_our_own_form(
    app: App, visit: Callable[[], Awaitable[Person]]
) -> None:
    await app.desk.add_staff("ana", "Ana", "agent", PASSWORD)
    stranger = await visit()
    form = {"login": "ana", "password": PASSWORD, "csrf": ""}
    response = await stranger.http.post("/staff/login", data=form, headers=HTML)
    assert response.status_code == 403 and "kotae_staff" not in stranger.http.cookies


@pytest.mark.parametrize("path", ["/staff/logout", "/staff/language"])
async def test_signing_out_and_the_language_need_it(ana: Person, path: str) -> None:
    assert (await ana.http.post(path, data={}, headers=HTML)).status_code == 403
    await ana.see("/staff/inbox")


async def test_it_refuses_a_form_that_is_too_large(ana: Person, waiting: Customer) -> None:
    response = await ana.act(waiting.id, "messages", text="x" * 600_000)
    assert response.status_code == 413


async def test_who_is_not_signed_in_sends_little(
    visit: Callable[[], Awaitable[Person]],
) -> None:
    stranger = await visit()
    response = await stranger.submit("/staff/login", login="x" * 70_000, password="x")
    assert response.status_code == 413


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join(b"a=1" for _ in range(500)), b"text=%ff"])
async def test_it_refuses_a_body_that_is_no_form(
    ana: Person, waiting: Customer, body: bytes
) -> None:
    path = f"/staff/api/conversations/{waiting.id}/messages"
    response = await ana.http.post(path, content=body, headers=HTML)
    assert response.status_code == 400
