"""Ratings, who comes again, and what known customers buy after a contact."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.figures import Rate
from helpdesk.history import Plot, Subject, contacts, shopping
from helpdesk.loyalty import WITHIN, by_outcome, read_purchases
from helpdesk.store import history
from helpdesk.store.purchases import Purchase, SupportContact
from helpdesk.types import Staff
from tests.helpdesk.fakes import FakeClock

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HEAD = "customer,time,amount,currency\n"
GOOD = "c1,2026-11-01T09:00:00+09:00,1200,JPY\n"


def contact(customer: str, days_ago: int, outcome: str) -> SupportContact:
    return SupportContact("shop", customer, NOW - timedelta(days=days_ago), outcome)


def purchase(customer: str, days_ago: float, amount: int = 100, currency: str = "JPY") -> Purchase:
    at = NOW - timedelta(days=days_ago)
    return Purchase("shop", customer, at, Decimal(amount), currency)


def test_who_bought_again_by_how_the_contact_ended() -> None:
    found = by_outcome(
        [
            contact("a", 120, "assumed"),
            contact("b", 120, "assumed"),
            contact("c", 120, "unresolved"),
            contact("young", 20, "assumed"),
        ],
        [
            purchase("a", 130, 999),  # before
            purchase("a", 100, 300),
            purchase("a", 91, 200),
            purchase("a", 89, 777),  # more than 30 days after
            purchase("b", 100, 50, "USD"),
            purchase("young", 10, 555),
            purchase("nobody", 100, 1),
        ],
        NOW,
    )
    assert found["assumed"].again == Rate(2, 2)
    assert found["assumed"].revenue == {"JPY": Decimal(500), "USD": Decimal(50)}
    assert found["unresolved"].again == Rate(0, 1) and found["unresolved"].revenue == {}


def test_wrong_lines_are_named_and_the_rest_is_taken() -> None:
    text = HEAD + GOOD + (
        ",2026-11-01T09:00:00+09:00,1,JPY\n"
        "c2,yesterday,1,JPY\n"
        "c2,2026-11-01T09:00:00,1,JPY\n"
        "c2,2026-11-01T09:00:00Z,-1,JPY\n"
        "c2,2026-11-01T09:00:00Z,NaN,JPY\n"
        "c2,2026-11-01T09:00:00Z,1,yen\n"
        "c3,2026-11-01T09:00:00Z,12.5,USD\n"
    )  # fmt: skip
    found = read_purchases(io.StringIO(text), "shop")
    assert [each.customer for each in found.purchases] == ["c1", "c3"]
    assert found.purchases[0].at == datetime(2026, 11, 1, tzinfo=UTC)
    named = [problem.split(": ")[0] for problem in found.problems]
    assert named == [f"line {n}" for n in range(3, 9)]
    words = " ".join(found.problems)
    for word in ("customer must have", "time must be like", "amount must be", "currency must be"):
        assert word in words


def test_a_file_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1: the column currency is missing"):
        read_purchases(io.StringIO("customer,time,amount\n"), "shop")


@given(st.text(max_size=300))
def test_any_file_is_read_or_refused(text: str) -> None:
    try:
        found = read_purchases(io.StringIO(HEAD + text), "shop")
    except ValueError:
        return
    assert all(each.amount.is_finite() and each.at.tzinfo for each in found.purchases)


async def test_a_purchase_is_stored_once(desk: Helpdesk) -> None:
    bought = read_purchases(io.StringIO(HEAD + GOOD + GOOD), "shop").purchases
    assert await desk.reports.add_purchases(bought) == 1
    assert await desk.reports.add_purchases(bought) == 0


async def test_the_page_is_of_what_happened(
    desk: Helpdesk, db: Database, clock: FakeClock, ana: Staff
) -> None:
    last, zone = date(2026, 7, 31), ZoneInfo("Asia/Tokyo")
    subject = Subject("en", ("where is it",), "track-order", "Orders", "There.")
    made = list(contacts(Plot(last, 28, zone, (subject,), (ana,), per_day=10, comes_again=0.4)))
    await db.write(lambda c: history.store(c, made, {}, zone))
    clock.now = NOW
    await desk.reports.add_purchases(list(shopping.purchases(made, NOW)))
    found = await desk.reports.loyalty(last - timedelta(days=27), last)
    rated = [each for each in made if each.csat is not None]
    assert sum(each.episodes for each in found.ratings) == len(rated) > 0
    assert all(each.monday.weekday() == 0 for each in found.ratings)
    assert found.again.n == len({each.visitor for each in made}) and found.again.hits > 0
    known = {each.customer for each in made if each.customer and each.outcome.name != "small_talk"}
    assert sum(each.again.n for each in found.bought.values()) == len(known) > 0
    assert clock.now.astimezone(zone) - made[-1].started_at > WITHIN
