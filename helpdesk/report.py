"""From counted episodes to the figures of a period. Pure; METRICS of docs/managers.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from helpdesk.figures import (
    CONTENT,
    DAILY,
    DURABLE_HOURS,
    DayCounts,
    Report,
    nps_of,
    times_of,
    total,
)
from helpdesk.outcomes import OUTCOMES, PARTS, RESOLVED, RULE_VERSION
from helpdesk.store.cohort import Cohort
from helpdesk.store.peoples_times import MEASURES, Times
from helpdesk.store.repeats import WINDOWS
from helpdesk.store.reports import Count, Facts


def compose(
    cohort: Cohort, facts: Facts, times: Times, *, time_zone: str, durable_until: date
) -> Report:
    """`durable_until`: the last day whose episodes have all been over for 72 hours."""
    counts = facts.counts
    outcomes = _outcomes(counts)
    days = _days(facts, times, durable_until)
    rates = {figure: total(figure, days) for figure in DAILY}
    return Report(
        start=cohort.start,
        end=cohort.end,
        time_zone=time_zone,
        language=cohort.language,
        site=cohort.site,
        rule_version=RULE_VERSION,
        rule_versions=tuple(sorted({count.rule_version for count in counts})),
        engaged=sum(outcomes.values()) - outcomes["small_talk"],
        outcomes=outcomes,
        handed_off_parts=_parts(counts),
        reasons=dict(facts.reasons),
        excluded=facts.excluded,
        durable_until=min(cohort.end, durable_until),
        repeats={hours: _repeated(counts, hours) for hours in WINDOWS},
        nps=nps_of(days),
        times={measure: times_of(measure, days) for measure in MEASURES},
        days=days,
        **rates,
    )


def _outcomes(counts: Iterable[Count]) -> dict[str, int]:
    found = dict.fromkeys(OUTCOMES, 0)
    for count in counts:
        found[count.outcome] += count.episodes
    return found


def _parts(counts: Iterable[Count]) -> dict[str, int]:
    found = dict.fromkeys(PARTS, 0)
    for count in counts:
        if count.outcome == "handed_off" and count.part:
            found[count.part] += count.episodes
    return found


def _days(facts: Facts, times: Times, durable_until: date) -> tuple[DayCounts, ...]:
    by_day: dict[date, list[Count]] = {}
    for count in facts.counts:
        by_day.setdefault(count.day, []).append(count)
    nobody: Counter[int] = Counter()
    csat = {day: facts.csat.get(day, nobody) for day in by_day}
    return tuple(
        DayCounts(
            day,
            _outcomes(by_day[day]),
            unattended=_parts(by_day[day])["unattended"],
            questions=sum(count.questions for count in by_day[day]),
            unanswered=sum(count.unanswered for count in by_day[day]),
            repeated=_repeated(by_day[day], DURABLE_HOURS) if day <= durable_until else None,
            judged=sum(count.judged for count in by_day[day]),
            wrong=sum(count.wrong for count in by_day[day]),
            content=sum(csat[day][rating] for rating in CONTENT),
            rated=csat[day].total(),
            surveyed=sum(count.surveyed for count in by_day[day]),
            nps=facts.nps.get(day, {}),
            times=times.get(day, {}),
        )
        for day in sorted(by_day)
    )


def _repeated(counts: Iterable[Count], hours: int) -> int:
    return sum(
        count.episodes
        for count in counts
        if count.outcome in RESOLVED
        and count.repeat_within is not None
        and count.repeat_within <= hours
    )
