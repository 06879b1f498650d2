"""Silence is no proof: a random sample of assumed episodes, judged by people, corrects the rate.

The episodes of a period are all counted, so what is uncertain is only which share of the silent
ones was really helped. It is estimated from the sample with its Wilson interval, and carried into
the rate: (confirmed + assumed x share) / all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk.figures import SMALLEST_N
from helpdesk.intervals import wilson
from helpdesk.outcomes import JUDGED

VERDICTS = ("helped", "not_helped", "cannot_tell")
WANTED = 50
"""Judged episodes that a period should have: with them the share is known to about 12 points."""


@dataclass(frozen=True, slots=True)
class Audited:
    """`helped` of `judged` silent episodes that a person could tell of; `cannot_tell` beside them.

    `debt`: how many are still to be judged. `value`, `low` and `high` are the corrected
    self-resolution rate, 0 to 1; None while fewer than 30 are judged.
    """

    helped: int
    judged: int
    cannot_tell: int
    debt: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


def corrected(outcomes: Mapping[str, int], verdicts: Mapping[str, int]) -> Audited:
    """From the outcomes of a period and what was said of its assumed episodes."""
    helped, missed = verdicts.get("helped", 0), verdicts.get("not_helped", 0)
    unclear, judged = verdicts.get("cannot_tell", 0), helped + missed
    silent, sure = outcomes["assumed"], outcomes["confirmed"]
    n = sum(outcomes[name] for name in JUDGED)
    debt = max(0, min(WANTED, silent) - judged - unclear)
    if judged < SMALLEST_N or n < SMALLEST_N:
        return Audited(helped, judged, unclear, debt)

    def rate(share: float) -> float:
        return (sure + silent * share) / n

    low, high = wilson(helped, judged)
    return Audited(helped, judged, unclear, debt, rate(helped / judged), rate(low), rate(high))
