"""How sure a share of few cases is."""

from __future__ import annotations

from math import sqrt

Z_95 = 1.959963984540054


def difference(k1: int, n1: int, k2: int, n2: int) -> tuple[float, float]:
    """The 95 % interval of k2 / n2 - k1 / n1 (Newcombe's hybrid score interval, 1998, method 10).

    >>> [round(x, 3) for x in difference(48, 80, 56, 70)]
    [0.052, 0.334]
    """
    p1, p2 = k1 / n1, k2 / n2
    (low1, high1), (low2, high2) = wilson(k1, n1), wilson(k2, n2)
    below = sqrt((p2 - low2) ** 2 + (high1 - p1) ** 2)
    above = sqrt((high2 - p2) ** 2 + (p1 - low1) ** 2)
    return p2 - p1 - below, p2 - p1 + above


def wilson(successes: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of successes / n (E. B. Wilson, 1927), 95 % unless told.

    >>> [round(x, 3) for x in wilson(8, 10)]
    [0.49, 0.943]
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is not a share")
    p = successes / n
    centre = p + z * z / (2 * n)
    spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
