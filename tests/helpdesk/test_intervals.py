from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.intervals import wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (50, 100, 0.404, 0.596), (1, 1, 0.207, 1.0)],
)
def test_it_works(successes: int, n: int, low: float, high: float) -> None:
    assert tuple(round(limit, 3) for limit in wilson(successes, n)) == (low, high)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_it_holds_the_share(n: int, share: float) -> None:
    successes = round(n * share)
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n + 1e-12
    assert successes / n - 1e-12 <= high <= 1


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (2, 1), (-1, 5)])
def test_it_refuses_what_is_no_share(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        wilson(successes, n)
