"""A customer types and sees questions that fit."""

import httpx

from tests.web_widget.support import assert_problem


async def test_it_works(http: httpx.AsyncClient) -> None:
    response = await http.get("/api/suggestions", params={"q": "where is my", "language": "en"})
    assert response.status_code == 200
    found = response.json()["suggestions"]
    assert {"faq_id": "track-order", "question": "Where is my order?"} in found
    assert len(found) <= 5


async def test_it_finds_japanese(http: httpx.AsyncClient) -> None:
    response = await http.get("/api/suggestions", params={"q": "送料", "language": "ja"})
    assert [s["faq_id"] for s in response.json()["suggestions"]][:1] == ["delivery-cost"]


async def test_the_language_may_be_left_out_or_unknown(http: httpx.AsyncClient) -> None:
    for params in ({"q": "order"}, {"q": "order", "language": "xx"}):
        assert (await http.get("/api/suggestions", params=params)).status_code == 200


async def test_nothing_typed_brings_questions_to_begin_with(http: httpx.AsyncClient) -> None:
    for params in ({}, {"q": ""}):
        found = (await http.get("/api/suggestions", params=params)).json()["suggestions"]
        assert [one["faq_id"] for one in found] == ["track-order"]


async def test_it_refuses_an_endless_text(http: httpx.AsyncClient) -> None:
    response = await http.get("/api/suggestions", params={"q": "x" * 201})
    assert_problem(response, 400, "q is too long (at most 200 characters)")
