"""A small line of how a figure went, beside its number: SVG without text."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT, EDGE = 120, 28, 3


def spark(values: Sequence[float | None]) -> Markup:
    """Empty under two points; None breaks the line. The table of the trend says the same."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    path, move = [], True
    for place, value in enumerate(values):
        if value is None:
            move = True
            continue
        x = EDGE + place * step
        y = HEIGHT - EDGE - (value - low) / span * (HEIGHT - 2 * EDGE)
        path.append(f"{'M' if move else 'L'}{x:.1f} {y:.1f}")
        move = False
    return Markup(
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">'
        f'<path d="{"".join(path)}"/></svg>'
    )
