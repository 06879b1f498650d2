"""Agents and leads find a conversation again."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from helpdesk.clock import utc_now
from tests.web_widget.staff.support import Person
from tests.web_widget.support import Customer
from web_widget.app import App


@pytest.fixture
async def past(app: App, waiting: Customer, walt: Customer) -> Customer:
    """Vera was handed over; walt talked with the bot alone, of a hostile thing."""
    await walt.send("100% of <b>kites_x</b>")
    await app.desk.idle()
    return waiting


async def finds(person: Person, query: str) -> list[str]:
    page = await person.see(f"/staff/search?{query}")
    return [part.split('"')[0] for part in page.split('href="/staff/inbox/')[1:]]


async def test_a_lead_finds_by_words_and_an_agent_only_what_was_handed_over(
    lea: Person, ana: Person, past: Customer, walt: Customer
) -> None:
    assert await finds(lea, "text=parcel") == [past.id]
    assert await finds(ana, "text=PARCEL") == [past.id]
    assert await finds(lea, "text=kites") == [walt.id]
    assert await finds(ana, "text=kites") == []


@pytest.mark.parametrize("text", ["100%", "kites_x</b>"])
async def test_what_a_database_would_take_for_a_pattern_is_text(
    lea: Person, past: Customer, walt: Customer, text: str
) -> None:
    assert past.id != walt.id
    assert await finds(lea, f"text={quote(text)}") == [walt.id]
    assert await finds(lea, "text=1_0") == [] and await finds(lea, "text=k%25s") == []
    assert "<b>kites" not in (await lea.get("/staff/search?text=kites")).text


async def test_by_customer_outcome_entry_and_day(
    app: App, lea: Person, past: Customer, walt: Customer
) -> None:
    today = utc_now().astimezone(app.settings.time_zone).date()
    assert await finds(lea, f"customer={past.id}") == [past.id]
    assert set(await finds(lea, "outcome=open")) == {past.id, walt.id}
    assert await finds(lea, "outcome=confirmed") == []
    assert set(await finds(lea, f"start={today}&end={today}")) == {past.id, walt.id}
    assert await finds(lea, "end=2020-01-01") == []
    assert await finds(lea, "entry=no-such-entry") == []
    wrong = await lea.get("/staff/search?start=yesterday")
    assert wrong.status_code == 400 and "must be days such as" in wrong.text


async def test_the_next_page_goes_on_where_the_first_ended(
    lea: Person, past: Customer, walt: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web_widget.staff.search_routes.PAGE", 1)
    page = await lea.see("/staff/search?start=2020-01-01")
    older = page.split('href="/staff/search?')[-1].split('"')[0]
    first, second = await finds(lea, "start=2020-01-01"), await finds(lea, older)
    assert {*first, *second} == {past.id, walt.id} and len(first) == len(second) == 1
