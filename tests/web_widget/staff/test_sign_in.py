from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.web_widget.conftest import MakeApp, client_of
from tests.web_widget.staff.conftest import Hire
from tests.web_widget.staff.support import PASSWORD, Person
from web_widget.app import App

Visit = Callable[[], Awaitable[Person]]


@pytest.fixture
async def door(app: App, visit: Visit) -> Person:
    """A browser without a session, of somebody who has an account."""
    await app.desk.add_staff("ana", "Ana", "agent", PASSWORD)
    return await visit()


async def test_it_works(door: Person) -> None:
    response = await door.sign_in("ana")
    assert (response.status_code, response.headers["location"]) == (303, "/staff")
    assert "Ana" in await door.see("/staff/inbox")


async def test_it_leads_back_to_the_page_that_was_asked_for(door: Person) -> None:
    asked = await door.get("/staff/inbox/abc?x=1")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/staff/login?next=/staff/inbox/abc%3Fx%3D1"
    assert 'name="next" value="/staff/inbox/abc?x=1"' in await door.see(asked.headers["location"])
    response = await door.submit(
        "/staff/login", login="ana", password=PASSWORD, next="/staff/inbox/abc?x=1"
    )
    assert response.headers["location"] == "/staff/inbox/abc?x=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/staff",
        "//evil.example/staff",
        "/staff//evil.example",
        "/staff/\\evil.example",
        "/\\evil.example",
        "/staffevil",
        "/api/conversations",
        "javascript:alert(1)",
        "/staff/x\r\nSet-Cookie: a=b",
        "",
    ],
)
async def test_it_never_leads_to_another_site(door: Person, elsewhere: str) -> None:
    response = await door.submit("/staff/login", login="ana", password=PASSWORD, next=elsewhere)
    assert response.headers["location"] == "/staff"


@pytest.mark.parametrize(("login", "password"), [("ana", "wrong password"), ("nobody", PASSWORD)])
async def test_it_says_that_the_password_is_wrong(door: Person, login: str, password: str) -> None:
    response = await door.sign_in(login, password)
    assert response.status_code == 403
    assert "That login name and password do not match." in response.text
    assert f'value="{login}"' in response.text and password not in response.text


async def test_it_says_when_to_try_again_after_too_many_attempts(door: Person) -> None:
    for _ in range(5):
        await door.sign_in("ana", "wrong password")
    response = await door.sign_in("ana")
    assert response.status_code == 429
    assert "Too many attempts. You can try again in 15 minutes." in response.text
    assert 0 < int(response.headers["retry-after"]) <= 15 * 60


async def test_it_sets_a_cookie_that_scripts_and_other_sites_cannot_use(door: Person) -> None:
    cookie = (await door.sign_in("ana")).headers["set-cookie"]
    assert cookie.startswith("kotae_staff=")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/"))


async def test_it_sets_a_secure_host_cookie_over_https(make_app: MakeApp) -> None:
    app = make_app(https="true")
    await app.desk.add_staff("ana", "Ana", "agent", PASSWORD)
    async with client_of(app) as http:
        http.base_url = "https://kotae.test"
        ana = Person(http)
        cookie = (await ana.sign_in("ana")).headers["set-cookie"]
        assert cookie.startswith("__Host-kotae_staff=")
        assert "Secure" in cookie and "Path=/;" in cookie and "Domain" not in cookie
        assert "Ana" in await ana.see("/staff/inbox")


async def test_somebody_who_is_signed_in_does_not_see_the_form(ana: Person) -> None:
    response = await ana.get("/staff/login?next=/staff/inbox")
    assert (response.status_code, response.headers["location"]) == (303, "/staff/inbox")


async def test_each_role_starts_where_it_works(hire: Hire) -> None:
    starts = {}
    for login in ("ana", "lea", "mina", "ada"):
        person = await hire(login)
        starts[login] = (await person.get("/staff")).headers["location"]
    inbox, reports = "/staff/inbox", "/staff/reports"
    assert starts == {"ana": inbox, "lea": inbox, "mina": reports, "ada": inbox}


async def test_signing_out_ends_the_session(ana: Person) -> None:
    token = ana.http.cookies["kotae_staff"]
    response = await ana.submit("/staff/logout")
    assert (response.status_code, response.headers["location"]) == (303, "/staff/login")
    assert "kotae_staff" not in ana.http.cookies
    ana.http.cookies.set("kotae_staff", token)
    assert (await ana.get("/staff/inbox")).headers["location"].startswith("/staff/login")


async def test_a_script_is_told_in_json_that_it_is_signed_out(door: Person) -> None:
    response = await door.get("/staff/inbox", Accept="application/json")
    assert response.status_code == 401
    assert response.json()["error"] == "You are signed out. Please sign in again."
