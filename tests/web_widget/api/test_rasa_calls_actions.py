"""Rasa calls our actions over its protocol."""

import json
from typing import Any

import httpx
import pytest
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionMissingDomainException
from starlette.applications import Starlette

from tests.web_widget.conftest import ACTION_TOKEN
from web_widget.action_server import action_routes
from web_widget.app import App

GOOD = {"X-Kotae-Token": ACTION_TOKEN}
WORDS = "my card number is 4111"


def act(name: str, error: Exception | None = None) -> Action:
    class Act(Action):  # type: ignore[misc]  # rasa-sdk ships no types
        def name(self) -> str:
            return name

        async def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
            if error is not None:
                raise error
            dispatcher.utter_message(json_message={"say": "greet"})
            return [{"event": "slot", "name": "decision", "value": "answer"}]

    return Act()


def call(name: Any) -> dict[str, Any]:
    tracker = {
        "sender_id": "c", "slots": {}, "latest_message": {"text": WORDS}, "events": [],
        "paused": False, "followup_action": None, "active_loop": {}, "latest_action_name": None,
    }  # fmt: skip
    return {"next_action": name, "tracker": tracker, "domain": {}, "version": "3.6.21"}


@pytest.fixture
def rasa() -> httpx.AsyncClient:
    executor = ActionExecutor()
    executor.register_action(act("action_good"))
    executor.register_action(act("action_rejects", ActionExecutionRejection("action_rejects")))
    executor.register_action(act("action_no_domain", ActionMissingDomainException("x")))
    executor.register_action(act("action_breaks", ValueError(WORDS)))
    transport = httpx.ASGITransport(Starlette(routes=action_routes(executor, ACTION_TOKEN)))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


@pytest.mark.parametrize(
    ("headers", "body", "status", "there"),
    [
        (GOOD, call("action_good"), 200, {"events", "responses"}),
        (GOOD, call("action_unknown"), 404, {"error", "action_name"}),
        (GOOD, call("action_rejects"), 400, {"error", "action_name"}),
        (GOOD, call("action_no_domain"), 449, {"error", "action_name"}),
        (GOOD, call("action_breaks"), 500, {"error", "action_name"}),
        (GOOD, call(None), 400, {"error", "action_name"}),
        (GOOD, {"next_action": "action_good"}, 400, {"error", "action_name"}),
        (GOOD, [WORDS], 400, {"error", "action_name"}),
        (GOOD, f"{WORDS}", 400, {"error", "action_name"}),
        ({"X-Kotae-Token": "wrong"}, call("action_good"), 401, {"error", "action_name"}),
        ({"X-Kotae-Token": "ü"}, call("action_good"), 401, {"error", "action_name"}),
        ({}, call("action_good"), 401, {"error", "action_name"}),
    ],
)
async def test_every_outcome_of_the_protocol(
    rasa: httpx.AsyncClient,
    headers: dict[str, str],
    body: Any,
    status: int,
    there: set[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    content = body if isinstance(body, str) else json.dumps(body)
    encoded = {name: value.encode() for name, value in headers.items()}
    response = await rasa.post("/webhook", content=content, headers=encoded)
    assert response.status_code == status
    assert set(response.json()) == there
    assert "4111" not in response.text and "4111" not in caplog.text


async def test_a_good_call_gives_events_and_replies(rasa: httpx.AsyncClient) -> None:
    response = await rasa.post("/webhook", json=call("action_good"), headers=GOOD)
    body = response.json()
    assert body["events"][0]["name"] == "decision"
    assert body["responses"][0]["custom"] == {"say": "greet"}


async def test_without_a_token_of_ours_nobody_may_call() -> None:
    routes = action_routes(ActionExecutor(), None)
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        for token in ("", "None"):
            response = await http.post("/webhook", json={}, headers={"X-Kotae-Token": token})
            assert response.status_code == 401


async def test_the_actions_of_the_product_answer(app: App, loopback: httpx.AsyncClient) -> None:
    assert app.executor.list_actions()
    assert (await loopback.get("/health")).json() == {"status": "ok"}
    response = await loopback.post("/webhook", json=call("action_find_answer"))
    assert response.status_code == 401


async def test_the_public_side_has_no_actions(http: httpx.AsyncClient) -> None:
    for path in ("/webhook", "/health", "/actions"):
        assert (await http.post(path, json={}, headers=GOOD)).status_code == 404
