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
    ("GET", "/staff/reports.csv", "manager admin"),
    ("GET", "/staff/reports/why", "manager admin"),
    ("GET", "/staff/reports/how", "manager admin"),
    ("GET", "/staff/reports/plan", "manager admin"),
    ("GET", "/staff/reports/loyalty", "manager admin"),
    ("POST", "/staff/reports/plan", "manager admin"),
    ("GET", "/staff/reports/audit", "lead manager admin"),
    ("POST", "/staff/reports/audit", "lead manager admin"),
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
    ("GET", "/staff/api/answers?q=order&language=en&conversation={waiting}", "agent lead admin"),
    ("POST", "/staff/api/conversations/{waiting}/typing", "agent lead admin"),
    ("POST", "/staff/api/presence", "agent lead admin"),
    ("GET", "/staff/ready-replies", "lead admin"),
    ("POST", "/staff/ready-replies", "lead admin"),
    ("POST", "/staff/api/conversations/{waiting}/notes", "agent lead admin"),
    ("POST", "/staff/api/conversations/{waiting}/release", "agent lead admin"),
    ("POST", "/staff/api/conversations/{waiting}/close", "agent lead admin"),
    # Allowed, though the chat is closed by now.
    ("POST", "/staff/api/conversations/{waiting}/give_back", "agent lead admin"),
    ("POST", "/staff/api/conversations/{waiting}/transfer", "agent lead admin"),
]
LOGINS = {"agent": "ana", "lead": "lea", "manager": "mina", "admin": "ada"}


@pytest.fixture
async def places(app: App, waiting: Customer, walt: Customer) -> dict[str, str]:
    today = utc_now().astimezone(app.settings.time_zone).date()
    episode = (await app.desk.reports.episodes(today, today))[0]
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
        fields |= {"do": "assume"} if path.endswith("/plan") else {}
        fields |= {"verdict": "perhaps"} if path.endswith("/audit") else {}
        fields |= {"title": "Greeting", "id": ""} if path.endswith("ready-replies") else {}
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
            late = pattern.endswith(("/transfer", "/give_back"))
            # The page is hers; the episode does not exist.
            unknown = (method, pattern) == ("POST", "/staff/reports/audit")
            fine = (409,) if late else (400,) if unknown else (200, 303)
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


# Of a chat that a colleague has: what each may do with it. The rest of the walk is above.
WITH_A_COLLEAGUE = {
    "conversation_page": ("GET", "/staff/inbox/{id}", {"agent": 200, "lead": 200, "admin": 200}),
    "claim": ("POST", "claim", {"agent": 409, "lead": 409, "admin": 409}),
    "release": ("POST", "release", {"agent": 403, "lead": 200, "admin": 200}),
    "give_back": ("POST", "give_back", {"agent": 403, "lead": 200, "admin": 200}),
    "close": ("POST", "close", {"agent": 403, "lead": 200, "admin": 200}),
    "transfer": ("POST", "transfer", {"agent": 403, "lead": 200, "admin": 200}),
    # Nobody writes in a colleague's name.
    "send_message": ("POST", "messages", {"agent": 403, "lead": 403, "admin": 403}),
    "agent_types": ("POST", "typing", {"agent": 403, "lead": 403, "admin": 403}),
    "add_note": ("POST", "notes", {"agent": 303, "lead": 303, "admin": 303}),
    "judge_question": ("POST", "label", {"agent": 200, "lead": 200, "admin": 200}),
}
# Of no conversation in particular, or of entries and episodes, which belong to the whole team.
OF_THE_TEAM = {
    *("episode_page", "faq_page", "save_faq", "faq_history_page", "restore_faq"),
    *("faq_review_page", "publish_faq"),
}


@pytest.mark.parametrize("name", WITH_A_COLLEAGUE)
@pytest.mark.parametrize("role", LOGINS)
async def test_what_a_colleague_has_is_hers(
    hire: Hire, waiting: Customer, role: str, name: str
) -> None:
    ben = await hire("ben")
    person = await hire(LOGINS[role])
    await ben.done(waiting.id, "claim")
    method, where, allowed = WITH_A_COLLEAGUE[name]
    if method == "GET":
        found = (await person.get(where.format(id=waiting.id))).status_code
    else:
        fields = {"text": "hello", "resolution": "solved", "seq": "2", "entry": ""}
        to = (await hire("zoe")).staff.id
        found = (await person.act(waiting.id, where, to=to, **fields)).status_code
    assert found == allowed.get(role, 404)


@pytest.mark.parametrize("name", WITH_A_COLLEAGUE)
async def test_for_agents_a_customer_with_the_bot_does_not_exist(
    ana: Person, walt: Customer, name: str
) -> None:
    await walt.send("where is my order")
    method, where, _ = WITH_A_COLLEAGUE[name]
    for conversation in (walt.id, "unknown"):
        if method == "GET":
            found = await ana.get(where.format(id=conversation))
        else:
            fields = {"text": "hello", "resolution": "solved", "seq": "2", "entry": "", "to": "x"}
            found = await ana.act(conversation, where, **fields)
        assert found.status_code == 404
    for question in (walt.id, "unknown"):
        found = await ana.get(f"/staff/api/answers?q=order&language=en&conversation={question}")
        assert found.status_code == 404


def test_every_route_of_an_object_is_walked(app: App) -> None:
    voice = CustomersVoice(app.desk.gaps, lambda: app.live.current, app.workshop)
    wired = staff_routes(app.desk, app.settings, lambda: (), voice, app.workshop, app.impacts)
    routes = [route for route in wired.routes if isinstance(route, APIRoute)]
    of_an_object = {route.name for route in routes if "{" in route.path}
    assert of_an_object - {"static_file"} == set(WITH_A_COLLEAGUE) | OF_THE_TEAM


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
