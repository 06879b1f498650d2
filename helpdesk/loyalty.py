"""What became of customers after a contact: ratings by outcome, and whether they bought again.

Who buys again is not known to do so because of the contact: those with another outcome are other
people. The figures are a correlation, and every page that shows them says so.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TextIO

from helpdesk.figures import Rate
from helpdesk.store.purchases import Purchase, SupportContact

WITHIN = timedelta(days=30)
"""Purchases after a contact count for so long; contacts that are younger are left out."""

COLUMNS = ("customer", "time", "amount", "currency")
LONGEST = 100
MOST_LINES = 200_000

_CURRENCY = re.compile(r"[A-Z]{3}")
_MOST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Bought:
    """Of the customers whose contact ended so: who bought within 30 days after it, and for how much
    in all, by currency."""

    again: Rate
    revenue: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Imported:
    """`problems` names each line that was left out, and why."""

    purchases: list[Purchase]
    problems: list[str]


def by_outcome(
    contacts: Iterable[SupportContact], purchases: Sequence[Purchase], now: datetime
) -> dict[str, Bought]:
    bought: dict[tuple[str, str], list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        bought[purchase.site, purchase.customer].append(purchase)
    hits: dict[str, int] = defaultdict(int)
    n: dict[str, int] = defaultdict(int)
    revenue: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for contact in contacts:
        until = contact.started_at + WITHIN
        if until > now:
            continue
        after = [
            each
            for each in bought[contact.site, contact.customer]
            if contact.started_at < each.at <= until
        ]
        n[contact.outcome] += 1
        hits[contact.outcome] += bool(after)
        for each in after:
            revenue[contact.outcome][each.currency] += each.amount
    return {
        outcome: Bought(Rate(hits[outcome], n[outcome]), dict(revenue[outcome])) for outcome in n
    }


def read_purchases(file: TextIO, site: str) -> Imported:
    """A CSV with the columns customer, time (ISO 8601 with an offset), amount and currency.

    Wrong lines are named one by one, and the rest is taken. Raises ValueError when the file is no
    such CSV at all.
    """
    reader = csv.DictReader(file)
    try:
        names = reader.fieldnames or ()
    except csv.Error as error:
        raise ValueError(f"line 1: {error}") from error
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise ValueError(f"line 1: the column {missing[0]} is missing")
    found: list[Purchase] = []
    problems: list[str] = []
    try:
        for row in reader:
            if reader.line_num > MOST_LINES:
                raise ValueError(f"the file has more than {MOST_LINES:,} lines")
            try:
                found.append(purchase_of(row, site))
            except ValueError as error:
                problems.append(f"line {reader.line_num}: {error}")
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from error
    return Imported(found, problems)


def purchase_of(row: Mapping[str, str | None], site: str) -> Purchase:
    """From texts. Raises ValueError naming the column that is wrong."""
    customer = (row["customer"] or "").strip()
    if not 0 < len(customer) <= LONGEST:
        raise ValueError(f"customer must have 1 to {LONGEST} characters")
    currency = (row["currency"] or "").strip()
    if not is_currency(currency):
        raise ValueError("currency must be three capital letters such as JPY")
    return Purchase(site, customer, _time(row["time"]), _amount(row["amount"]), currency)


def is_currency(text: str) -> bool:
    return _CURRENCY.fullmatch(text) is not None


def _time(text: str | None) -> datetime:
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ValueError("time must be like 2026-11-25T09:00:00+09:00")
    return found


def _amount(text: str | None) -> Decimal:
    try:
        found = Decimal((text or "").strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not (found.is_finite() and 0 <= found < _MOST):
        raise ValueError("amount must be a number from 0")
    return found.quantize(Decimal("0.0001"))
