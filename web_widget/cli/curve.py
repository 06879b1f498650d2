"""The risk-coverage curve of an evaluation as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faq_index.diagnosis import RiskAt


def write_curve(path: Path, curve: Sequence["RiskAt"], max_wrong: float, threshold: float) -> None:
    """An SVG: the share of wrong answers by the share of questions answered, a line at the accepted
    share, and a point at the threshold in force. Raises OSError."""
    import altair as alt
    import vl_convert as vlc

    rows = [{"answered": each.coverage, "wrong": each.risk} for each in curve]
    reached = [
        {"answered": each.coverage, "wrong": each.risk}
        for each in curve
        if each.threshold >= threshold
    ]
    share = alt.Axis(format=".0%")
    line = (
        alt.Chart(alt.InlineData(values=rows), width=520, height=320)
        .mark_line()
        .encode(
            x=alt.X("answered:Q", title="share of questions answered", axis=share),
            y=alt.Y("wrong:Q", title="share of these answered wrongly", axis=share),
        )
    )
    rule = (
        alt.Chart(alt.InlineData(values=[{"wrong": max_wrong}]))
        .mark_rule(strokeDash=[4, 4])
        .encode(y="wrong:Q")
    )
    here = (
        alt.Chart(alt.InlineData(values=reached[-1:]))
        .mark_point(size=80, filled=True)
        .encode(x="answered:Q", y="wrong:Q")
    )
    path.write_text(vlc.vegalite_to_svg((line + rule + here).to_dict()), encoding="utf-8")
