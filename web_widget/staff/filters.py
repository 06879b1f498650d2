"""The query string of the report pages. A value nobody offers counts as none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from starlette.datastructures import QueryParams

from helpdesk.outcomes import OUTCOMES, PARTS
from helpdesk.types import Reason
from web_widget.staff.report_view import GROUPS


@dataclass(frozen=True, slots=True)
class Filters:
    """`outcome` is an outcome, a group of `GROUPS`, or empty for the excluded traffic."""

    period: str
    start: str
    end: str
    language: str
    outcome: str
    part: str
    reason: str
    excluded: bool
    after: str

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
    )


def _one_of(value: str, offered: tuple[str, ...]) -> str:
    return value if value in offered else ""
