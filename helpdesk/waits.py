"""How long customers wait for a person, by what those before them had to wait."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

# Of a week, so that an ordinary Monday counts; the newest, so that today counts most.
WITHIN = timedelta(days=7)
NEWEST = 30
# Fewer say nothing about the next one.
FEWEST = 5


def typical_minutes(waits: Sequence[float | None]) -> int | None:
    """The minutes, rounded up, within which half of them met a person; `waits` in seconds.

    Those whom nobody met waited longer than any: leaving them out would promise too much. None
    when there are too few, or when half of them met nobody.
    """
    if len(waits) < FEWEST:
        return None
    longest = sorted(math.inf if wait is None else wait for wait in waits)
    median = longest[len(longest) // 2]
    return None if math.isinf(median) else max(1, math.ceil(median / 60))
