"""A customer says whether an answer helped, and how she liked the service."""

from typing import Any

import pytest

from tests.web_widget.support import Customer, assert_problem
from web_widget.app import App


@pytest.fixture
async def answer(app: App, vera: Customer) -> dict[str, Any]:
    await vera.send("Where is my order?")
    await app.desk.idle()
    return next(m for m in await vera.messages() if m["kind"] == "answer")


@pytest.mark.parametrize("helpful", [True, False])
async def test_it_works(vera: Customer, answer: dict[str, Any], helpful: bool) -> None:
    response = await vera.post("/feedback", {"message_seq": answer["seq"], "helpful": helpful})
    assert (response.status_code, response.content) == (204, b"")


async def test_only_answers_can_be_judged(vera: Customer) -> None:
    assert_problem(await vera.post("/feedback", {"message_seq": 1, "helpful": True}), 404)
    assert_problem(await vera.post("/feedback", {"message_seq": 999, "helpful": True}), 404)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"message_seq": 2, "helpful": "yes"}, "helpful must be true or false"),
        ({"message_seq": "2", "helpful": True}, "message_seq must be a whole number"),
        ({"message_seq": 0, "helpful": True}, "message_seq must be at least 1"),
        ({"message_seq": 2}, "helpful is missing"),
    ],
)
async def test_it_refuses_a_wrong_judgement(
    vera: Customer, body: dict[str, Any], sentence: str
) -> None:
    assert assert_problem(await vera.post("/feedback", body), 400) == f"{sentence}."


@pytest.mark.parametrize(
    "body", [{"csat": 5}, {"csat": 1, "nps": 0, "comment": "遅かったです"}, {"csat": 3, "nps": 10}]
)
async def test_a_survey_is_taken(vera: Customer, body: dict[str, Any]) -> None:
    await vera.send("Where is my order?")
    assert (await vera.post("/survey", body)).status_code == 204


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "csat is missing"),
        ({"csat": 0}, "csat must be at least 1"),
        ({"csat": 6}, "csat must be at most 5"),
        ({"csat": 4.5}, "csat must be a whole number"),
        ({"csat": True}, "csat must be a whole number"),
        ({"csat": 4, "nps": 11}, "nps must be at most 10"),
        ({"csat": 4, "comment": "x" * 2001}, "comment is too long (at most 2000 characters)"),
    ],
)
async def test_it_refuses_a_wrong_survey(
    vera: Customer, body: dict[str, Any], sentence: str
) -> None:
    assert assert_problem(await vera.post("/survey", body), 400) == f"{sentence}."
