"""A request that is too large is refused before it fills the memory."""

from collections.abc import AsyncIterator

import httpx

from tests.web_widget.support import Customer, assert_problem
from web_widget.body_limit import MAX_BODY, STAFF_BODY

SENTENCE = "The request is too large (at most 16 KB)."


async def endless(sent: list[int]) -> AsyncIterator[bytes]:
    for _ in range(1000):
        sent.append(1024)
        yield b" " * 1024


async def test_it_works_up_to_the_limit(http: httpx.AsyncClient) -> None:
    body = b"{" + b" " * (MAX_BODY - 2) + b"}"
    headers = {"Content-Type": "application/json"}
    response = await http.post("/api/conversations", content=body, headers=headers)
    assert response.status_code == 201


async def test_one_byte_more_is_refused(http: httpx.AsyncClient) -> None:
    body = b"{" + b" " * (MAX_BODY - 1) + b"}"
    headers = {"Content-Type": "application/json"}
    response = await http.post("/api/conversations", content=body, headers=headers)
    assert assert_problem(response, 413) == SENTENCE


async def test_an_unannounced_flood_is_stopped_on_the_way(vera: Customer) -> None:
    sent: list[int] = []
    response = await vera.call(
        "POST", "/messages", content=endless(sent), headers={"Content-Type": "application/json"}
    )
    assert assert_problem(response, 413) == SENTENCE
    assert sum(sent) <= MAX_BODY + 2048


async def test_staff_pages_have_a_limit_of_their_own(http: httpx.AsyncClient) -> None:
    """An answer of the FAQ is longer than a message."""
    response = await http.post("/staff/login", content=b"x" * (STAFF_BODY + 1))
    assert_problem(response, 413, "at most 512 KB")


async def test_a_lie_about_the_length_changes_nothing(http: httpx.AsyncClient) -> None:
    response = await http.post(
        "/api/conversations", content=b"{}", headers={"Content-Length": "9" * 30}
    )
    assert_problem(response, 413, SENTENCE)
