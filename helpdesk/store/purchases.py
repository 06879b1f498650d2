"""What known customers bought, as their website says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from helpdesk.store.cohort import Cohort, of_conversations
from helpdesk.store.inserting import insert_into
from helpdesk.store.report_tables import purchases as table
from helpdesk.store.tables import conversations, episodes

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Purchase:
    """`customer` is her id at the site, as in identity tokens."""

    site: str
    customer: str
    at: datetime
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class SupportContact:
    """The first contact of a known customer in a period, and how it ended."""

    site: str
    customer: str
    started_at: datetime
    outcome: str


def add(connection: Connection, purchases: Sequence[Purchase]) -> int:
    """Each once: one that is known already is left as it is. Returns how many were new."""
    new = 0
    for start in range(0, len(purchases), _AT_ONCE):
        rows = [
            {
                "site": each.site,
                "customer": each.customer,
                "at": each.at,
                "amount": each.amount,
                "currency": each.currency,
            }
            for each in purchases[start : start + _AT_ONCE]
        ]
        made = insert_into(connection, table).values(rows).on_conflict_do_nothing()
        new += len(connection.execute(made.returning(table.c.customer)).all())
    return new


def first_contacts(connection: Connection, cohort: Cohort) -> list[SupportContact]:
    """Of each known customer, engaged episodes only."""
    query = (
        of_conversations(
            select(
                conversations.c.site,
                conversations.c.customer,
                episodes.c.started_at,
                cohort.outcome().label("outcome"),
            )
        )
        .where(cohort.where(), conversations.c.customer.is_not(None))
        .order_by(episodes.c.started_at)
    )
    found: dict[tuple[str, str], SupportContact] = {}
    for row in connection.execute(query):
        if row.outcome not in ("small_talk", "open"):
            contact = SupportContact(row.site, row.customer, row.started_at, row.outcome)
            found.setdefault((row.site, row.customer), contact)
    return list(found.values())


def since(connection: Connection, start: datetime) -> list[Purchase]:
    query = select(table).where(table.c.at >= start).order_by(table.c.at)
    return [
        Purchase(row.site, row.customer, row.at, row.amount, row.currency)
        for row in connection.execute(query)
    ]
