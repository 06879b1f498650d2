"""A target beside the figure it is for, in the figure's own unit."""

from __future__ import annotations

from datetime import date
from typing import Any

from helpdesk.figures import Nps, Rate, Report, Times
from helpdesk.plans import LESS_IS_BETTER
from helpdesk.store.peoples_times import MEASURES
from helpdesk.store.plans import Target
from web_widget.staff.figure_view import points
from web_widget.staff.texts import Texts


def unit_of(figure: str) -> float:
    """What one typed into the form is: a percent, a point or a minute."""
    return 60 if figure in MEASURES else 1 if figure == "nps" else 0.01


def figure_name(figure: str) -> str:
    """Key of its name."""
    return f"time.{figure}" if figure in MEASURES else f"figure.{figure}"


def target_view(target: Target, report: Report, today: date, texts: Texts) -> dict[str, Any]:
    """`state`: reached, likely or not yet, by the interval where the figure has one; missed once
    the day is over."""
    figure = target.figure
    now = report.times[figure] if figure in MEASURES else getattr(report, figure)
    return {
        "id": target.id,
        "name": figure_name(figure),
        "less": figure in LESS_IS_BETTER,
        "value": _value(target.value, figure, texts),
        "due": texts.day(target.due),
        "by": target.by,
        "now": _now(now, texts),
        "state": _state(target, now, today),
    }


def _state(target: Target, now: Rate | Nps | Times, today: date) -> str:
    better = -1 if target.figure in LESS_IS_BETTER else 1
    value = now.median if isinstance(now, Times) else now.value
    if value is None:
        return "unknown"
    if better * (value - target.value) < 0:
        return "missed" if target.due < today else "not_yet"
    if not isinstance(now, Rate) or now.low is None or now.high is None:
        return "likely"
    sure = now.low if better > 0 else now.high
    return "reached" if better * (sure - target.value) >= 0 else "likely"


def _now(now: Rate | Nps | Times, texts: Texts) -> str:
    if isinstance(now, Times):
        return texts.seconds(now.median)
    if isinstance(now, Nps):
        return points(now, texts)
    return texts("reports.too_few") if now.value is None else texts.percent(now.value)


def _value(value: float, figure: str, texts: Texts) -> str:
    if figure in MEASURES:
        return texts.seconds(value)
    return f"{value:+.0f}" if figure == "nps" else texts.percent(value)
