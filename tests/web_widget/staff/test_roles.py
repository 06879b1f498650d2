"""Every route of the staff pages for every role, and for nobody: what is not allowed is 404."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from fastapi.routing import APIRoute

from helpdesk.clock import utc_now
from tests.web_widget.staff.conftest import Hire
from tests.web_widget.staff.support import Person
from tests.web_widget.support import Customer
from web_widget.app import App
from web_widget.customers_voice import CustomersVoice
from web_widget.staff import staff_routes
from web_widget.staff.access import ROUTES, may
from web_widget.staff.live import Live

# (method, path, roles that may). {waiting}: waits for a person; {private}: talks with the bot.
PAGES = [
    ("GET", "/staff", "agent lead manager admin"),
    ("GET", "/staff/inbox", "agent lead admin"),
    ("GET", "/staff/inbox/{waiting}", "agent lead admin"),
    ("GET", "/staff/inbox/{private}", "lead admin"),
    ("GET", "/staff/events?conversation={private}", "lead admin"),
    ("GET", "/staff/reports", "manager admin"),
    ("GET", "/staff/reports/episodes", "manager admin"),
    ("GET", "/staff/reports/episodes/{episode}", "manager admin"),
    ("GET", "/staff/promise", "lead manager admin"),
    ("GET", "/staff/deliveries", "admin"),
    ("GET", "/staff/search?text=a", "agent lead admin"),
    ("GET", "/staff/gaps", "lead admin"),
    ("GET", "/staff/gaps.csv", "lead admin"),
    ("POST", "/staff/gaps", "lead admin"),
    ("GET", "/staff/faqs", "lead admin"),
    ("GET", "/staff/faqs/new", "lead admin"),
    ("GET", "/staff/faqs/better", "lead admin"),
    ("POST", "/staff/faqs", "lead admin"),
    ("GET", "/staff/faqs/en/track-order", "lead admin"),
    ("GET", "/staff/faqs/en/track-order/history", "lead admin"),
    ("POST", "/staff/faqs/en/track-order/history", "lead admin"),
    ("GET", "/staff/faqs/en/track-order/review", "lead admin"),
    ("POST", "/staff/faqs/en/track-order", "lead admin"),
    ("POST", "/staff/faqs/en/track-order/review", "lead admin"),
    ("GET", "/staff/try", "lead admin"),
    ("POST", "/staff/try", "lead admin"),
    ("GET", "/staff/banners", "lead admin"),
    ("POST", "/staff/banners", "lead admin"),
    ("POST", "/staff/api/conversations/{waiting}/label", "agent lead admin"),
    ("POST", "/staff/api/conversations/{waiting}/claim", "agent lead admin"),
    ("POST", "/staff/api/conversations/{waiting}/messages", "agent lead admin"),
    ("GET", "/staff/api/answers?q=order&language=en", "agent lead admin"),
    ("POST", "/staff/api/conversations/{waiting}/notes", "agent lead admin"),
    ("POST", "/staff/api/conversations/{waiting}/release", "agent lead admin"),
    ("POST", "/staff/api/conversations/{waiting}/close", "agent lead admin"),
    # Allowed, though the chat is closed by now.
    ("POST", "/staff/api/conversations/{waiting}/transfer", "agent lead admin"),
]
LOGINS = {"agent": "ana", "lead": "lea", "manager": "mina", "admin": "ada"}


@pytest.fixture
async def places(app: App, waiting: Customer, walt: Customer) -> dict[str, str]:
    today = utc_now().astimezone(app.settings.time_zone).date()
    episode = (await app.desk.episodes(today, today))[0]
    zoe = await app.desk.add_staff("zoe", "Zoe", "agent", "a long password")
    return {"waiting": waiting.id, "private": walt.id, "episode": episode.id, "zoe": zoe.id}


async def status(person: Person, method: str, path: str, colleague: str) -> int:
    if method == "POST":
        fields = {"text": "hello", "resolution": "solved", "seq": "2", "entry": ""}
        fields |= {
            "to": colleague,
            "do": "reopen",
            "language": "en",
            "number": "1",
            "id": "new-entry",
        }
        fields |= {"text.en": "Down.", "start": "2026-01-01T00:00", "end": "2099-01-01T00:00"}
        # A draft is begun, saved once more, and handed to somebody.
        fields |= {"revision": "1"} if path.endswith("track-order") else {}
        fields |= {"do": "ask", "revision": "2"} if path.endswith("/review") else {}
        return (await person.submit(path, True, **fields)).status_code
    return (await person.get(path)).status_code


@pytest.mark.parametrize("role", LOGINS)
async def test_each_role_sees_its_own_pages_only(
    hire: Hire, places: dict[str, str], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _end_streams_at_once(monkeypatch)
    person = await hire(LOGINS[role])
    for method, pattern, roles in PAGES:
        found = await status(person, method, pattern.format_map(places), places["zoe"])
        if role in roles.split():
            fine = (409,) if pattern.endswith("/transfer") else (200, 303)
            assert found in fine, (method, pattern, role, found)
        else:
            assert found == 404, (method, pattern, role, found)


async def test_nobody_sees_anything_before_signing_in(
    visit: Callable[[], Awaitable[Person]], places: dict[str, str]
) -> None:
    stranger = await visit()
    for method, pattern, _ in PAGES:
        path = pattern.format_map(places)
        response = await stranger.http.request(method, path, headers={"Accept": "text/html"})
        assert response.status_code == 303, (method, path)
        assert response.headers["location"].startswith("/staff/login")


def test_a_route_that_is_not_listed_does_not_exist(app: App) -> None:
    voice = CustomersVoice(app.desk.gaps, lambda: app.live.current, app.workshop)
    wired = staff_routes(app.desk, app.settings, lambda: (), voice, app.workshop, app.impacts)
    routes = wired.routes
    names = {route.name for route in routes if isinstance(route, APIRoute)}
    assert names == set(ROUTES)


def test_nobody_may_what_is_not_listed() -> None:
    assert not may(None, "inbox") and not may(None, "signed_in") and may(None, "public")


async def test_an_agent_reads_only_conversations_that_were_handed_over(
    ana: Person, lea: Person, walt: Customer
) -> None:
    await walt.send("where is my order")
    assert "not yours to see" in await ana.see(f"/staff/inbox/{walt.id}", 404)
    assert "where is my order" in await lea.see(f"/staff/inbox/{walt.id}")


async def test_an_unknown_conversation_is_not_found(ana: Person, ada: Person) -> None:
    for person in (ana, ada):
        await person.see("/staff/inbox/no-such-conversation", 404)
        await person.see("/staff/events?conversation=no-such-conversation", 404)


def _end_streams_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's transport waits for the end of an answer, and a stream has none."""

    async def short(*_: object) -> AsyncIterator[bytes]:
        yield b""

    monkeypatch.setattr(Live, "conversation", short)
