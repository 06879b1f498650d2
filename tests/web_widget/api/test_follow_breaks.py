"""A stream whose server fails ends quietly; the widget comes back."""

import pytest

from helpdesk.errors import StoreUnavailable
from tests.web_widget.support import Customer
from web_widget.app import App


async def test_it_ends_when_the_database_fails(
    app: App, vera: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_args: object, **_more: object) -> None:
        raise StoreUnavailable("The database did not answer.")

    monkeypatch.setattr(app.desk, "messages", fail)
    response = await vera.call("GET", "/events")
    assert (response.status_code, response.text) == (200, "retry: 2000\n\n")
    assert app.streams.open == 0 and app.hub.count() == 0


async def test_a_full_server_refuses_before_the_stream_begins(app: App, vera: Customer) -> None:
    app.streams._total = 0
    response = await vera.call("GET", "/events")
    assert response.status_code == 503 and "Retry-After" in response.headers
