"""One figure, as every page shows it: never without its n, and none where there are too few."""

from __future__ import annotations

from typing import Any

from helpdesk.figures import Nps, Rate
from web_widget.staff.texts import Texts


def rate_view(rate: Rate, texts: Texts) -> dict[str, Any]:
    """Without a percentage where there are too few."""
    shown: dict[str, Any] = {
        "k": texts.number(rate.hits),
        "n": texts.number(rate.n),
        "percent": None,
        "interval": "",
    }
    if rate.value is None or rate.low is None or rate.high is None:
        return shown
    ends = {"low": texts.percent(rate.low), "high": texts.percent(rate.high)}
    interval = texts("reports.interval.short", **ends)
    return {**shown, **ends, "percent": texts.percent(rate.value), "interval": interval}


def points(nps: Nps, texts: Texts) -> str:
    return texts("reports.too_few") if nps.value is None else f"{nps.value:+.0f}"
