"""docs/http-api.md says everything a caller can meet."""

import re
from pathlib import Path
from typing import get_args

import pytest

from helpdesk import types
from tests.web_widget.conftest import MakeApp
from web_widget.api import models
from web_widget.app import App, create_action_app, create_public_app
from web_widget.body_limit import MAX_BODY
from web_widget.errors import SENTENCES

DOC = (Path(__file__).parents[3] / "docs" / "http-api.md").read_text(encoding="utf-8")


def test_every_route_of_the_api_has_a_heading(app: App) -> None:
    routes = [
        f"### `{method.upper()} {path}`"
        for path, methods in create_public_app(app).openapi()["paths"].items()
        if path.startswith("/api/")
        for method in methods
    ]
    assert len(routes) == 11
    assert [route for route in routes if route not in DOC] == []


def test_no_heading_is_of_a_route_that_is_gone(app: App) -> None:
    paths = create_public_app(app).openapi()["paths"]
    for method, path in re.findall(r"^### `([A-Z]+) (\S+)`", DOC, re.M):
        assert method.lower() in paths.get(path, {}), f"{method} {path}"


def test_every_operators_route_is_there(app: App) -> None:
    for route in create_action_app(app).routes:
        assert f" {getattr(route, 'path')}`" in DOC, route  # noqa: B009 - BaseRoute has no path


@pytest.mark.parametrize("name", get_args(types.Kind) + get_args(types.State))
def test_every_kind_and_state_has_a_row(name: str) -> None:
    assert f"| `{name}` |" in DOC


@pytest.mark.parametrize("sender", get_args(types.Sender))
def test_every_sender_is_named(sender: str) -> None:
    assert f"`{sender}`" in DOC


def test_every_field_is_named() -> None:
    bodies = [
        one
        for one in vars(models).values()
        if isinstance(one, type) and issubclass(one, models.Body)
    ]
    for body in bodies:
        for field in body.model_fields:
            assert f"`{field}`" in DOC or f'"{field}"' in DOC, field
    shown = types.Message(
        "c", 1, types.datetime(2026, 1, 1), "bot", "text", "t", "f", 0.5,
        (types.Choice("i", "l"),), (types.Link("t", "u"),), "n", "m",
    )  # fmt: skip
    for field in shown.as_json():
        assert f"`{field}`" in DOC, field


def test_every_status_we_have_a_sentence_for_is_there() -> None:
    section = DOC.split("## Errors")[1].split("## Limits")[0]
    for status in set(SENTENCES) - {403, 415}:
        assert re.search(rf"^\| .*\b{status}\b.* \|", section, re.M), status


def test_the_limits_are_those_of_the_program(make_app: MakeApp) -> None:
    settings = make_app().settings
    fields = type(settings).model_fields
    section = DOC.split("## Limits")[1]
    assert f"{MAX_BODY // 1024} KB" in DOC
    for name in ("conversation_rate_per_minute", "message_rate_per_minute"):
        assert f"| {fields[name].default} a minute | `KOTAE_{name.upper()}` |" in section
    for name in ("max_turns_in_flight", "max_streams"):
        assert f"| {fields[name].default:,} | `KOTAE_{name.upper()}` |" in section


def test_every_metric_is_explained(app: App) -> None:
    for family in app.metrics.registry.collect():
        assert f"`{family.name}" in DOC, family.name
