"""A widget that missed something reads it again."""

import pytest

from tests.web_widget.support import Customer, assert_problem
from web_widget.app import App


async def test_it_works(app: App, vera: Customer) -> None:
    await vera.send("Where is my order?")
    await app.desk.idle()
    body = (await vera.call("GET", "/messages")).json()
    assert [m["seq"] for m in body["messages"]] == list(range(1, len(body["messages"]) + 1))
    assert body["state"] == "bot"


async def test_only_what_came_after_a_number(app: App, vera: Customer) -> None:
    await vera.send("Where is my order?")
    await app.desk.idle()
    assert [m["seq"] for m in await vera.messages(after=1)][0] == 2
    assert await vera.messages(after=10_000) == []


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        ("-1", "after must be at least 0"),
        ("one", "after must be a whole number"),
        ("9" * 30, "after must be at most 2147483648"),
    ],
)
async def test_it_refuses_a_wrong_number(vera: Customer, after: str, sentence: str) -> None:
    assert_problem(await vera.call("GET", f"/messages?after={after}"), 400, sentence)
