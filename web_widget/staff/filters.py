"""The query string of the report pages. A value nobody offers counts as none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from starlette.datastructures import QueryParams

from helpdesk.outcomes import OUTCOMES, PARTS
from helpdesk.reports import Which
from helpdesk.store.reports import HAVING
from helpdesk.types import Reason
from web_widget.staff.report_view import GROUPS

PERSONS = ("known", "new")
_LONGEST = 200
_HOURS = frozenset(map(str, range(24)))


@dataclass(frozen=True, slots=True)
class Filters:
    """`outcome`: an outcome, a group of `GROUPS`, or empty for the excluded traffic. `having`: one
    of `helpdesk.store.reports.HAVING`."""

    period: str
    start: str
    end: str
    language: str
    outcome: str
    part: str
    reason: str
    excluded: bool
    after: str
    site: str = ""
    topic: str = ""
    entry: str = ""
    person: str = ""
    page: str = ""
    open_days: bool = False
    having: str = ""
    channel: str = ""
    hour: int | None = None

    @property
    def which(self) -> Which:
        """For the desk."""
        return {
            "language": self.language or None,
            "site": self.site or None,
            "topic": self.topic or None,
            "entries": (self.entry,) if self.entry else None,
            "person": self.person or None,
            "pages": (self.page,) if self.page else None,
            "open_days": self.open_days,
            "channel": self.channel or None,
            "hour": self.hour,
        }

    @property
    def query(self) -> dict[str, str]:
        """As a query string has them; without those that restrict nothing."""
        chosen = {
            "language": self.language,
            "site": self.site,
            "topic": self.topic,
            "entry": self.entry,
            "person": self.person,
            "page": self.page,
            "open_days": "1" if self.open_days else "",
            "channel": self.channel,
            "hour": "" if self.hour is None else str(self.hour),
        }
        return {name: value for name, value in chosen.items() if value}

    @property
    def outcomes(self) -> tuple[str | None, ...]:
        """None stands for every outcome."""
        if self.excluded:
            return (None,)
        if self.part or self.reason:
            return ("handed_off",)
        return GROUPS.get(self.outcome, (self.outcome,))


def read_filters(query: QueryParams, languages: tuple[str, ...]) -> Filters:
    outcome = _one_of(query.get("outcome", ""), (*OUTCOMES, *GROUPS)) or "engaged"
    excluded = query.get("excluded") == "1"
    return Filters(
        period=query.get("period", ""),
        start=query.get("start", ""),
        end=query.get("end", ""),
        language=_one_of(query.get("language", ""), languages),
        outcome="" if excluded else outcome,
        part=_one_of(query.get("part", ""), PARTS),
        reason=_one_of(query.get("reason", ""), get_args(Reason)),
        excluded=excluded,
        after=query.get("after", "")[:64],
        site=query.get("site", "").strip()[:_LONGEST],
        topic=query.get("topic", "").strip()[:_LONGEST],
        entry=query.get("entry", "").strip()[:_LONGEST],
        person=_one_of(query.get("person", ""), PERSONS),
        page=query.get("page", "").strip()[:_LONGEST],
        open_days=query.get("open_days") == "1",
        hour=_hour(query.get("hour", "")),
        channel=query.get("channel", "").strip()[:20],
        having=_one_of(query.get("having", ""), tuple(HAVING)),
    )


def _hour(text: str) -> int | None:
    return int(text) if text in _HOURS else None


def _one_of(value: str, offered: tuple[str, ...]) -> str:
    return value if value in offered else ""
