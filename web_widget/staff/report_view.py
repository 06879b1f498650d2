"""A report made ready to be shown: every figure with its interval, its n and its episodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from helpdesk.figures import Rate, Report
from helpdesk.intervals import difference
from helpdesk.outcomes import JUDGED, RESOLVED
from helpdesk.plans import Assumptions
from helpdesk.store.peoples_times import MEASURES
from helpdesk.trend import Bucket
from web_widget.staff.charts import COLOURS
from web_widget.staff.figure_view import points, rate_view
from web_widget.staff.periods import Period
from web_widget.staff.spark import spark
from web_widget.staff.texts import Texts

GROUPS = {"resolved": RESOLVED, "counted": JUDGED, "engaged": (*JUDGED, "open")}
"""Names for several outcomes together: the numerators and denominators of the rates."""

PARTS = ("attended", "unattended", "contact_left")


Behind = tuple[str, Mapping[str, str]]
"""The episodes of an outcome or a group of them, and what they have besides."""

BEHIND: Mapping[str, tuple[Behind, Behind]] = {
    "durable": (("resolved", {"having": "durable"}), ("counted", {})),
    "unresolved": (("unresolved", {}), ("counted", {})),
    "handoff": (("handed_off", {}), ("counted", {})),
    "unattended": (("handed_off", {"part": "unattended"}), ("handed_off", {})),
    "no_answer": (("engaged", {"having": "unanswered"}), ("engaged", {})),
    "wrong_answer": (("engaged", {"having": "wrong"}), ("engaged", {"having": "judged"})),
    "csat": (("engaged", {"having": "content"}), ("engaged", {"having": "rated"})),
    "responded": (("engaged", {"having": "rated"}), ("engaged", {"having": "surveyed"})),
}
"""Of each rate the episodes of its hits, and of its n."""


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the episodes behind a figure."""

    period: Period
    chosen: Mapping[str, str]

    def narrowed(self, **more: str) -> Links:
        return Links(self.period, {**self.chosen, **more})

    def until(self, day: date) -> Links:
        """Of the days of the period that are over by then."""
        return self.between(self.period.start, max(self.period.start, min(self.period.end, day)))

    def between(self, start: date, end: date) -> Links:
        return Links(Period("custom", start, end), self.chosen)

    def report(self, page: str = "") -> str:
        return f"/staff/reports{page}?" + urlencode(self._query())

    def episodes(self, outcome: str, **more: str) -> str:
        return "/staff/reports/episodes?" + urlencode({**self._query(), "outcome": outcome, **more})

    def _query(self) -> dict[str, str]:
        days = {"start": self.period.start.isoformat(), "end": self.period.end.isoformat()}
        return {"period": self.period.name, **days, **self.chosen}


@dataclass(frozen=True, slots=True)
class ReportView:
    """`trends`: the same time in short and in long buckets; what is too seldom for the short ones,
    as ratings are, is drawn by the long ones."""

    report: Report
    before: Report
    links: Links
    texts: Texts
    trends: Sequence[Sequence[Bucket]]
    assumed: Assumptions

    def values(self) -> dict[str, Any]:
        report, links = self.report, self.links
        return {
            "self_resolution": {
                **self._headline(report.self_resolution, "resolved"),
                # Its own chart is beneath.
                "spark": "",
                "before": self._before(report.self_resolution, self.before.self_resolution),
            },
            "confirmed": {
                **self._headline(report.confirmed, "confirmed"),
                "spark": self._spark(lambda each: each.rates["confirmed"].value),
                "before": self._before(report.confirmed, self.before.confirmed),
            },
            "before_days": self.texts(
                "period.days",
                start=self.texts.day(self.before.start),
                end=self.texts.day(self.before.end),
            ),
            "times": [self._time(name) for name in MEASURES],
            "times_url": links.episodes("handed_off", part="attended"),
            "nps": self._nps(),
            "saved": self._saved(),
            "outcomes": [self._outcome(name) for name in COLOURS],
            "total": {"count": report.engaged, "url": links.episodes("engaged")},
            "more_figures": self._more_figures(),
            "reasons": self._reasons(),
            "excluded": self._excluded(),
            "rule_version": ", ".join(map(str, report.rule_versions)) or report.rule_version,
            "time_zone": report.time_zone,
            "chart_label": self._chart_label(),
        }

    def _headline(self, rate: Rate, outcome: str) -> dict[str, Any]:
        return {
            **self._rate(rate),
            "k": rate.hits,
            "k_url": self.links.episodes(outcome),
            "n_url": self.links.episodes("counted"),
        }

    def _rate(self, rate: Rate) -> dict[str, Any]:
        """Its n as a number, and where its interval lies on a scale of 1000."""
        shown = {**rate_view(rate, self.texts), "n": rate.n}
        if rate.value is None or rate.low is None or rate.high is None:
            return shown
        return {
            **shown,
            "low_x": round(rate.low * 1000),
            "range_width": round((rate.high - rate.low) * 1000),
            "point_x": min(995, round(rate.value * 1000)),
        }

    def _outcome(self, name: str) -> dict[str, Any]:
        count = self.report.outcomes.get(name, 0)
        return {
            "name": name,
            "count": count,
            "url": self.links.episodes(name),
            "share": self._share(count),
            "parts": [self._part(part) for part in PARTS] if name == "handed_off" else [],
        }

    def _share(self, count: int) -> str:
        """Of all engaged episodes; like any percentage, not of fewer than 30."""
        return self.texts.percent(count / self.report.engaged) if self.report.engaged >= 30 else "–"

    def _part(self, part: str) -> dict[str, Any]:
        return {
            "name": part,
            "count": self.report.handed_off_parts.get(part, 0),
            "url": self.links.episodes("handed_off", part=part),
        }

    def _more_figures(self) -> list[dict[str, Any]]:
        return [self._more_figure(name) for name in BEHIND]

    def _more_figure(self, name: str) -> dict[str, Any]:
        now, before = getattr(self.report, name), getattr(self.before, name)
        (outcome, more), (outcome_of_all, more_of_all) = BEHIND[name]
        durable = name == "durable"
        links = self.links.until(self.report.durable_until) if durable else self.links
        return {
            "name": name,
            **self._rate(now),
            "k": now.hits,
            "k_url": links.episodes(outcome, **more),
            "n_url": links.episodes(outcome_of_all, **more_of_all),
            "before": self._before(now, before),
            "spark": self._spark(lambda each: each.rates[name].value),
            "repeats": self._repeats() if durable else [],
        }

    def _spark(self, value: Callable[[Bucket], float | None]) -> Markup:
        lines = (spark([value(each) for each in trend]) for trend in self.trends)
        return next(filter(None, lines), Markup(""))

    def _repeats(self) -> list[dict[str, Any]]:
        return [
            {
                "hours": hours,
                "count": count,
                "url": self.links.episodes("resolved", having=f"repeated_{hours}"),
            }
            for hours, count in self.report.repeats.items()
        ]

    def _before(self, now: Rate, before: Rate) -> str:
        """The same days before, and whether the difference is more than chance."""
        if now.value is None or before.value is None:
            return ""
        low, high = difference(before.hits, before.n, now.hits, now.n)
        sure = "up" if low > 0 else "down" if high < 0 else "same"
        value, n = self.texts.percent(before.value), self.texts.number(before.n)
        return self.texts(f"reports.before.{sure}", value=value, n=n)

    def _time(self, name: str) -> dict[str, Any]:
        now, before = self.report.times[name], self.before.times[name]
        return {
            "name": name,
            "n": now.n,
            "median": self.texts.seconds(now.median),
            "p90": self.texts.seconds(now.p90),
            "before": self.texts.seconds(before.median),
            "spark": self._spark(lambda each: each.times[name].median),
        }

    def _nps(self) -> dict[str, Any]:
        now, before = self.report.nps, self.before.nps
        return {
            "value": points(now, self.texts),
            "known": now.value is not None,
            "n": now.n,
            "url": self.links.episodes("engaged", having="recommended"),
            "before": points(before, self.texts),
            "before_n": self.texts.number(before.n),
            "spark": self._spark(lambda each: each.nps.value),
        }

    def _saved(self) -> dict[str, Any]:
        """How the contacts saved went, and the episodes they are counted from."""
        share = self.assumed.would_contact or 0
        return {
            "url": self.links.episodes("resolved"),
            "spark": self._spark(lambda each: share * each.rate.hits),
        }

    def _reasons(self) -> list[dict[str, Any]]:
        ordered = sorted(self.report.reasons.items(), key=lambda item: (-item[1], item[0]))
        return [
            {"name": name, "count": count, "url": self.links.episodes("handed_off", reason=name)}
            for name, count in ordered
            if count
        ]

    def _excluded(self) -> list[dict[str, Any]]:
        small_talk = self.report.outcomes.get("small_talk", 0)
        return [
            {
                "label": self.texts("outcome.small_talk"),
                "count": small_talk,
                "url": self.links.episodes("small_talk"),
            },
            {
                "label": self.texts("excluded.traffic"),
                "count": self.report.excluded,
                "url": self.links.episodes("", excluded="1"),
            },
        ]

    def _chart_label(self) -> str:
        number, outcomes = self.texts.number, self.report.outcomes
        parts = [
            f"{self.texts(f'outcome.{name}')} {number(outcomes.get(name, 0))}" for name in COLOURS
        ]
        return self.texts("reports.chart", parts=self.texts("format.comma").join(parts))
