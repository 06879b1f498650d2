"""Charts, drawn on the server as SVG: no script in the page, nothing fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from helpdesk.figures import Rate

# The libraries that draw are imported by whoever draws first: a start would wait for them.
if TYPE_CHECKING:
    import altair as alt

COLOURS: Mapping[str, str] = {
    "confirmed": "#1f7a4d",
    "assumed": "#79b893",
    "unresolved": "#d18a2c",
    "handed_off": "#4c72b4",
    "open": "#8c8f95",
}
"""By outcome, in the order of the bar; base.css has the same for the table's legend."""

DRAWINGS = 64
"""So many of the last ones are kept: the same numbers are the same picture."""


@lru_cache(maxsize=DRAWINGS)
def trend_line(
    points: tuple[tuple[date, Rate], ...], marks: tuple[date, ...] = (), width: int = 960
) -> Markup:
    """A rate over time with its 95 % intervals; `marks` are days on which something was changed.

    Points with too few episodes are left out, as any percentage of so few. The table beneath says
    the same, so it is hidden from screen readers. Takes about 0.1 s the first time: use a thread.
    """
    import altair as alt

    rows = [
        {"day": day.isoformat(), "rate": rate.value, "low": rate.low, "high": rate.high}
        for day, rate in points
        if rate.value is not None
    ]
    x = alt.X("day:T", axis=alt.Axis(title=None, grid=False, format="%Y-%m-%d", labelOverlap=True))
    y = alt.Y("rate:Q", axis=alt.Axis(title=None, format=".0%"), scale=alt.Scale(zero=False))
    base = alt.Chart(alt.InlineData(values=rows), width=width, height=190)
    layers = [
        base.mark_area(color=COLOURS["assumed"], opacity=0.3).encode(x=x, y="low:Q", y2="high:Q"),
        base.mark_line(color=COLOURS["confirmed"], strokeWidth=2.5, point=True).encode(x=x, y=y),
    ]
    if marks:
        changed = alt.InlineData(values=[{"day": day.isoformat()} for day in marks])
        rule = alt.Chart(changed).mark_rule(strokeDash=[5, 4], color="#5b5f66", strokeWidth=1.5)
        layers.append(rule.encode(x="day:T"))
    chart = alt.layer(*layers, background="transparent").configure_view(stroke=None)
    chart = chart.configure_axis(labelFontSize=12, labelFont="system-ui, sans-serif")
    return _svg(chart.properties(padding=4), "xMidYMid meet")


def partition_bar(counts: Mapping[str, int], width: int = 960, height: int = 40) -> Markup:
    """One bar whose parts are the outcomes, see `_bar`."""
    return _bar(tuple((name, counts.get(name, 0)) for name in COLOURS), width, height)


@lru_cache(maxsize=DRAWINGS)
def _bar(counts: tuple[tuple[str, int], ...], width: int, height: int) -> Markup:
    """One bar whose parts are the outcomes. Its colours are explained by the table beneath, so
    it is hidden from screen readers. Takes about 30 ms (0.5 s the first time): use a thread."""
    import altair as alt

    parts = [
        {"outcome": name, "episodes": episodes, "place": place}
        for place, (name, episodes) in enumerate(counts)
        if episodes
    ]
    chart = (
        alt.Chart(
            alt.InlineData(values=parts), width=width, height=height, background="transparent"
        )
        .mark_bar(size=height, stroke="#ffffff", strokeWidth=1.5)
        .encode(
            x=alt.X("episodes:Q", stack="normalize", axis=None),
            color=alt.Color(
                "outcome:N",
                legend=None,
                scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
            ),
            order=alt.Order("place:Q"),
        )
        .configure_view(stroke=None)
        .properties(padding=0)
    )
    return _svg(chart, "none")


def _svg(chart: alt.Chart | alt.LayerChart, fit: str) -> Markup:
    import vl_convert as vlc

    svg = vlc.vegalite_to_svg(chart.to_dict())
    hidden = f'<svg aria-hidden="true" focusable="false" preserveAspectRatio="{fit}" '
    # Drawn by us from numbers and days alone: there is no text of anybody in it.
    return Markup(svg.replace("<svg ", hidden, 1))
