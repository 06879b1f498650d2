"""What the known customers of invented history buy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from helpdesk.history.made import MadeContact
from helpdesk.store.purchases import Purchase

# How likely somebody buys again, by how her contact ended: other customers, other habits.
AGAIN = {"confirmed": 0.55, "assumed": 0.5, "handed_off": 0.45, "unresolved": 0.32}
_WITHIN_DAYS = 29


def purchases(made: Iterable[MadeContact], until: datetime, seed: int = 5) -> Iterator[Purchase]:
    random = Random(seed)
    for contact in made:
        if contact.customer is None:
            continue
        again = random.random() < AGAIN.get(contact.outcome.name, 0.4)
        bought = [contact.started_at - timedelta(days=random.uniform(1, 20))]
        if again:
            days = random.uniform(1, _WITHIN_DAYS)
            bought.append(contact.started_at + timedelta(days=days))
        for at in bought:
            amount = Decimal(random.randrange(1800, 42000, 100))
            if at < until:
                yield Purchase(contact.site, contact.customer, at, amount, "JPY")
