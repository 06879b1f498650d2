"""From counted episodes to the figures of a period. Pure; METRICS of docs/managers.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from helpdesk.figures import DAILY, DayCounts, Rate, Report, times, total
from helpdesk.outcomes import OUTCOMES, PARTS, RESOLVED, RULE_VERSION
from helpdesk.store.cohort import Cohort
from helpdesk.store.reports import Answers, Count

T = TypeVar("T")

DURABLE_HOURS = 72
_CONTENT = (4, 5)


@dataclass(frozen=True, slots=True)
class Material:
    """What the book says of a period. `times`: by measure, how many chats took so
    many seconds; `judged`: whether each judged answer was wrong."""

    counts: Sequence[Count]
    answers: Sequence[Answers]
    times: Mapping[str, Mapping[int, int]]
    judged: Mapping[str, bool]


def compose(cohort: Cohort, material: Material, *, time_zone: str, durable_until: date) -> Report:
    """`durable_until`: the last day whose episodes have all been over for 72 hours."""
    counts = material.counts
    included = [group for group in material.answers if not group.excluded]
    given = _tally((g.nps, g.episodes) for g in included)
    outcomes = _outcomes(counts)
    days = _days(counts, included, durable_until)
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
        reasons=_tally((g.reason, g.episodes) for g in included if g.outcome == "handed_off"),
        excluded=sum(group.episodes for group in material.answers if group.excluded),
        durable_until=min(cohort.end, durable_until),
        wrong_answer=Rate(sum(material.judged.values()), len(material.judged)),
        nps=nps(given),
        nps_n=sum(given.values()),
        times={name: times(chats) for name, chats in material.times.items()},
        days=days,
        **rates,
    )


def _outcomes(counts: Iterable[Count]) -> dict[str, int]:
    found = dict.fromkeys(OUTCOMES, 0)
    for count in counts:
        found[count.outcome] += count.episodes
    return found


def _tally(groups: Iterable[tuple[T | None, int]]) -> dict[T, int]:
    """How many episodes each value has; those without one are left out."""
    found: dict[T, int] = {}
    for value, episodes in groups:
        if value is not None:
            found[value] = found.get(value, 0) + episodes
    return found


def _parts(counts: Iterable[Count]) -> dict[str, int]:
    found = dict.fromkeys(PARTS, 0)
    for count in counts:
        if count.outcome == "handed_off" and count.part:
            found[count.part] += count.episodes
    return found


def _days(
    counts: Iterable[Count], answers: Iterable[Answers], durable_until: date
) -> tuple[DayCounts, ...]:
    by_day: dict[date, list[Count]] = {}
    for count in counts:
        by_day.setdefault(count.day, []).append(count)
    rated: Counter[date] = Counter()
    content: Counter[date] = Counter()
    for answer in answers:
        if answer.csat is not None:
            rated[answer.day] += answer.episodes
            content[answer.day] += answer.episodes * (answer.csat in _CONTENT)
    return tuple(
        DayCounts(
            day,
            _outcomes(by_day[day]),
            unattended=_parts(by_day[day])["unattended"],
            questions=sum(count.questions for count in by_day[day]),
            unanswered=sum(count.unanswered for count in by_day[day]),
            repeated=_repeated(by_day[day]) if day <= durable_until else None,
            content=content[day],
            rated=rated[day],
        )
        for day in sorted(by_day)
    )


def _repeated(counts: Iterable[Count]) -> int:
    return sum(
        count.episodes
        for count in counts
        if count.outcome in RESOLVED
        and count.repeat_within is not None
        and count.repeat_within <= DURABLE_HOURS
    )


def nps(ratings: Mapping[int, int]) -> float | None:
    """Promoters (9, 10) minus detractors (0-6), -100 to 100; None under n = 30."""
    n = sum(ratings.values())
    if Rate(0, n).value is None:
        return None
    promoters = sum(ratings.get(rating, 0) for rating in (9, 10))
    detractors = sum(ratings.get(rating, 0) for rating in range(7))
    return 100 * (promoters - detractors) / n
