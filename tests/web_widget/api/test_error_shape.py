"""Whatever goes wrong, a program reads one shape and a person one sentence."""

import httpx
import pytest

from helpdesk.errors import RasaSilent, StoreUnavailable
from tests.web_widget.conftest import client_of
from tests.web_widget.support import Customer, assert_problem
from web_widget.app import App

ANSWERED = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/nothing", 404, "There is nothing at this address"),
        ("GET", "/api/nothing", 404, "There is nothing at this address"),
        ("GET", "/api/conversations/", 404, "There is nothing at this address"),
        ("GET", "/docs", 404, "There is nothing at this address"),
        ("GET", "/openapi.json", 404, "There is nothing at this address"),
        ("GET", "/api/conversations", 405, "does not take this kind of request"),
        ("PUT", "/api/suggestions", 405, "does not take this kind of request"),
        ("POST", "/livez", 405, "does not take this kind of request"),
    ],
)
async def test_it_works(
    http: httpx.AsyncClient, method: str, path: str, status: int, sentence: str
) -> None:
    response = await http.request(method, path)
    assert_problem(response, status, sentence)
    assert ("allow" in response.headers) is (status == 405)


@pytest.mark.parametrize(
    ("content", "headers", "sentence"),
    [
        (b"{", ANSWERED, "The request body is not valid JSON"),
        (b"\xff\xfe", ANSWERED, "The request body is not valid JSON"),
        (b"", ANSWERED, "The request body is missing"),
        (b"{}", {"Content-Type": "text/plain"}, "The request body must be a JSON object"),
        (b'{"language": "\\ud800"}', ANSWERED, "language is not valid Unicode text"),
        (b"[" * 5000, ANSWERED, "The request body is not valid JSON"),
        (b'{"language": ' + b"1" * 5000 + b"}", ANSWERED, ""),
    ],
)
async def test_a_body_that_is_no_json_is_the_callers_mistake(
    http: httpx.AsyncClient, content: bytes, headers: dict[str, str], sentence: str
) -> None:
    response = await http.post("/api/conversations", content=content, headers=headers)
    assert_problem(response, 400, sentence)


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (RuntimeError("vera@example.com wrote: my card is 4111"), 500, "Something went wrong"),
        (StoreUnavailable("The database did not answer"), 503, "The database did not answer"),
        (RasaSilent("Rasa said nothing"), 502, "Rasa said nothing"),
    ],
)
async def test_a_failure_within_does_not_quote_anybody(
    app: App,
    vera: Customer,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    sentence: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(*_args: object, **_more: object) -> None:
        raise error

    monkeypatch.setattr(app.desk, "messages", fail)
    response = await vera.call("GET", "/messages")
    assert_problem(response, status, sentence)
    assert "4111" not in response.text and "4111" not in caplog.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/demo/nothing", "/widget/nothing"])
async def test_a_person_gets_a_page_with_the_same_sentence(app: App, path: str) -> None:
    async with client_of(app) as http:
        page = await http.get(path, headers={"Accept": "text/html,*/*"})
        program = await http.get(path, headers={"Accept": "application/json"})
    assert page.status_code == 404 and page.headers["Content-Type"].startswith("text/html")
    assert assert_problem(program, 404) in page.text
    assert "<script" not in page.text


async def test_a_japanese_browser_gets_a_japanese_heading(http: httpx.AsyncClient) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "ja,en;q=0.5"}
    page = await http.get("/widget/nothing", headers=headers)
    assert "<h1>ページが見つかりません</h1>" in page.text and '<html lang="ja">' in page.text


async def test_the_page_cannot_be_made_to_say_something_else(http: httpx.AsyncClient) -> None:
    page = await http.get("/widget/<script>alert(1)</script>", headers={"Accept": "text/html"})
    assert "<script" not in page.text
