"""The operator's machines ask how Kotae is."""

import httpx
import pytest

from helpdesk.errors import StoreUnavailable
from tests.web_widget.conftest import MakeApp, client_of
from tests.web_widget.support import Customer, FakeRasa, assert_problem
from web_widget.app import App

TOKEN = "metrics-token-for-tests"


async def test_it_is_alive(http: httpx.AsyncClient) -> None:
    assert (await http.get("/livez")).json() == {"status": "alive"}


async def test_with_everything_it_is_ready(http: httpx.AsyncClient, rasa: FakeRasa) -> None:
    rasa.replies = lambda _call: []
    response = await http.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready", "database": "ok", "index": "ok", "rasa": "ok",
    }  # fmt: skip


async def test_without_rasa_it_is_degraded_and_still_answers(
    app: App, http: httpx.AsyncClient, vera: Customer
) -> None:
    response = await http.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["rasa"] == "failed"
    await vera.send("Where is my order?")
    await app.desk.idle()
    assert any(m["kind"] == "answer" for m in await vera.messages())


async def test_without_the_database_it_is_unready(
    app: App, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> None:
        raise StoreUnavailable("The database did not answer")

    monkeypatch.setattr(app.db, "ping", fail)
    response = await http.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "unready")
    assert response.json()["database"] == "failed"


async def test_many_probes_are_one_question(
    app: App, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def count() -> None:
        asked.append(1)

    monkeypatch.setattr(app.db, "ping", count)
    for _ in range(5):
        await http.get("/readyz")
    assert len(asked) == 1


async def test_metrics_are_hidden_from_the_public(make_app: MakeApp) -> None:
    async with client_of(make_app()) as http:
        for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
            assert_problem(await http.get("/metrics", headers=headers), 404)


async def test_metrics_are_shown_for_the_token(make_app: MakeApp) -> None:
    async with client_of(make_app(metrics_token=TOKEN)) as http:
        assert_problem(await http.get("/metrics"), 404)
        wrong = {"Authorization": "Bearer wrong"}
        assert_problem(await http.get("/metrics", headers=wrong), 404)
        shown = await http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert shown.status_code == 200


async def test_a_collector_on_this_machine_sees_the_work(
    app: App, loopback: httpx.AsyncClient, vera: Customer, walt: Customer
) -> None:
    await vera.send("Where is my order?")
    await app.desk.idle()
    await walt.post("/handoff", {})
    await walt.send("Is anybody there?")
    text = (await loopback.get("/metrics")).text
    assert 'kotae_turns_total{path="index"} 1.0' in text
    assert 'kotae_turns_total{path="person"} 1.0' in text
    assert "kotae_turn_seconds_bucket" in text
    assert "kotae_handoffs_waiting 1.0" in text
    assert "kotae_streams_open 0.0" in text
    assert "kotae_rasa_up 0.0" in text
    # Of the days before today, on which nobody came.
    assert 'kotae_report_episodes{outcome="confirmed"} 0.0' in text
    assert 'kotae_report_rate{figure="self_resolution"} NaN' in text
    assert f'version="{app.live.current.version}"' in text
    assert 'kotae_http_requests_total{method="POST",status="202"} 2.0' in text
    assert "order" not in text and vera.id not in text
