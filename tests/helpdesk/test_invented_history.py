"""Random histories: whatever happens, the figures add up, and the log alone gives them again."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.events import TYPES
from helpdesk.figures import Rate
from helpdesk.history import MadeContact, Plot, Subject, contacts
from helpdesk.losses import by_entry, by_hour, by_topic
from helpdesk.outcomes import OUTCOMES, settle
from helpdesk.store import history
from helpdesk.store.peoples_times import rounded
from helpdesk.types import Event, Staff
from tests.helpdesk.fakes import FakeClock

TOKYO = ZoneInfo("Asia/Tokyo")
LAST = date(2026, 11, 22)
SUBJECTS = (
    Subject("en", ("where is my order",), "track-order", "Orders", "Look there."),
    Subject("en", ("how do I return it",), "return-item", "Returns", "So.", 2.0, 0.5),
    Subject("ja", ("注文はどこですか",), "track-order", "ご注文", "こちらです。"),
    Subject("en", ("do you rent tents",), weight=0.5),
)


def agent(person_id: str = "a") -> Staff:
    return Staff(person_id, "ana", "Ana", "agent", True, datetime(2026, 1, 1, tzinfo=UTC), None)


def invented(seed: int, days: int = 20, agents: tuple[Staff, ...] = (agent(),)) -> Plot:
    return Plot(LAST, days, TOKYO, SUBJECTS, agents, per_day=12, seed=seed, comes_again=0.3)


seeds = st.integers(0, 10_000)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_each_contact_has_one_outcome_and_a_log_that_could_be_real(seed: int) -> None:
    made = list(contacts(invented(seed, days=6)))
    tally = Counter(each.outcome.name for each in made)
    assert set(tally) <= set(OUTCOMES) and sum(tally.values()) == len(made)
    for each in made:
        assert {event.type for event in each.events} <= set(TYPES)
        assert [event.at for event in each.events] == sorted(event.at for event in each.events)
        assert [m.seq for m in each.messages] == list(range(1, len(each.messages) + 1))
        took = each.handoff.handle_time if each.handoff else None
        assert took is None or 0 <= took <= (each.now - each.started_at).total_seconds()


@settings(max_examples=25, deadline=None)
@given(seeds, st.data())
def test_a_handoff_never_raises_self_resolution(seed: int, data: st.DataObject) -> None:
    made = list(contacts(invented(seed, days=4)))
    chosen = data.draw(st.sets(st.integers(0, len(made) - 1)))
    before = rate([settle(each.events).name for each in made])
    handed = [
        settle([*each.events, asked_for_person(each)] if n in chosen else each.events).name
        for n, each in enumerate(made)
    ]
    after = rate(handed)
    assert after.hits <= before.hits
    assert after.hits * max(1, before.n) <= before.hits * max(1, after.n)


def asked_for_person(made: MadeContact) -> Event:
    return Event(made.now, "handoff_requested", {"kind": "chat", "reason": "asked_for_person"})


def rate(names: list[str]) -> Rate:
    tally = Counter(names)
    hits = tally["confirmed"] + tally["assumed"]
    return Rate(hits, hits + tally["unresolved"] + tally["handed_off"])


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_report_counts_what_was_invented(
    desk: Helpdesk, db: Database, clock: FakeClock, ana: Staff, seed: int
) -> None:
    plot = invented(seed, agents=(ana,))
    made = list(contacts(plot))
    repeated = history.find_repeats(made)
    await db.write(lambda c: history.store(c, made, repeated, TOKYO))
    clock.now = datetime(2026, 12, 5, 3, 0, tzinfo=UTC)
    start = LAST - timedelta(days=plot.days - 1)
    report = await desk.reports.report(start, LAST)
    tally = Counter(each.outcome.name for each in made)
    assert {name: n for name, n in report.outcomes.items() if n} == tally
    assert report.self_resolution == rate([each.outcome.name for each in made])
    assert sum(sum(day.outcomes.values()) for day in report.days) == len(made)
    lost = sum(hours <= 72 for hours in repeated.values())
    assert lost > 0 and report.durable.hits == report.self_resolution.hits - lost
    waits = [
        rounded(e.handoff.time_to_person) for e in made if e.handoff and e.handoff.time_to_person
    ]
    assert report.times["time_to_person"].n == len(waits)
    assert report.times["time_to_person"].median in waits
    answers = await desk.reports.groups(start, LAST)
    for found in (by_topic(answers), by_hour(answers)):
        total = sum(sum(loss.outcomes.values()) for loss in found.values())
        assert total in (len(made), len(made) - tally["small_talk"])
    entry = await desk.reports.report(start, LAST, entries=("return-item",))
    assert by_entry(answers)["Returns", "return-item"].rate == entry.self_resolution
    # Counted once and kept, or counted live: the same.
    await desk.reports.keep_days()
    kept = await desk.reports.report(start, LAST)
    assert kept == report


async def test_the_log_alone_gives_the_figures_again(
    desk: Helpdesk, db: Database, clock: FakeClock, ana: Staff
) -> None:
    plot = invented(5, days=12, agents=(ana,))
    made = list(contacts(plot))
    # As if nobody had ever noted who came again.
    await db.write(lambda c: history.store(c, made, {}, TOKYO))
    clock.now = datetime(2026, 12, 5, 3, 0, tzinfo=UTC)
    start = LAST - timedelta(days=plot.days - 1)
    before = await desk.reports.report(start, LAST)
    assert before.durable.hits == before.self_resolution.hits
    assert await desk.reports.recompute_outcomes(start, LAST) == 0
    after = await desk.reports.report(start, LAST)
    assert after.outcomes == before.outcomes
    lost = sum(hours <= 72 for hours in history.find_repeats(made).values())
    assert after.durable.hits == before.durable.hits - lost


async def test_only_open_days_can_be_counted(
    desk: Helpdesk, db: Database, clock: FakeClock, ana: Staff
) -> None:
    plot = invented(7, agents=(ana,))
    made = list(contacts(plot))
    await db.write(lambda c: history.store(c, made, {}, TOKYO))
    clock.now = datetime(2026, 12, 5, 3, 0, tzinfo=UTC)
    start = LAST - timedelta(days=plot.days - 1)
    # Monday to Friday by the settings of the tests.
    weekdays = [e for e in made if e.started_at.astimezone(TOKYO).weekday() < 5]
    report = await desk.reports.report(start, LAST, open_days=True)
    assert sum(report.outcomes.values()) == len(weekdays)
    assert all(day.day.weekday() < 5 for day in report.days)
    await desk.reports.keep_days()
    assert await desk.reports.report(start, LAST, open_days=True) == report
