"""Whatever a program sends, it gets an answer of ours and nothing breaks."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web_widget.support import Customer, assert_problem

FIELDS = [
    "site", "language", "page", "identity", "client_msg_id", "text", "choice", "message_seq",
    "helpful", "csat", "nps", "comment",
]  # fmt: skip
ROUTES = ["", "/messages", "/handoff", "/feedback", "/survey"]
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["\x00", "\ud800", "/restart", "e\u0301" * 40, "a" * 2001])
)  # fmt: skip
values = st.recursive(scalars, lambda one: st.lists(one) | st.dictionaries(st.text(), one))
bodies = values | st.dictionaries(st.sampled_from(FIELDS), values, max_size=4)


# The fixtures hold one app for all examples; what one leaves behind, the next may meet.
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(route=st.sampled_from(ROUTES), body=bodies)
async def test_it_works(vera: Customer, route: str, body: Any) -> None:
    path = vera.path + route if route else "/api/conversations"
    response = await vera.http.post(
        path,
        content=json.dumps(body).encode(),
        headers={**vera.headers, "Content-Type": "application/json"},
    )
    if response.status_code >= 300:
        assert response.status_code in (400, 404, 409, 413, 429), response.text
        assert_problem(response, response.status_code)


@pytest.mark.parametrize("token", ["x", " ", "é", "\x7f", "a" * 5000, "null", "Bearer", "\x01"])
async def test_an_odd_token_opens_nothing(vera: Customer, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode("latin-1")}
    response = await vera.http.get(vera.path + "/messages", headers=headers)
    assert response.status_code in (401, 404)
    assert_problem(response, response.status_code)


@pytest.mark.parametrize("odd", ["%00", "..%2f..%2f", "a" * 4000, "%F0%9F%98%80", "%FF", "1'--"])
async def test_an_odd_id_is_nothing(http: httpx.AsyncClient, vera: Customer, odd: str) -> None:
    response = await http.get(f"/api/conversations/{odd}/messages", headers=vera.headers)
    assert_problem(response, 404)
