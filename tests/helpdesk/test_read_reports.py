from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput
from helpdesk.figures import Rate, Report
from helpdesk.outcomes import OUTCOMES, outcome
from helpdesk.store import episodes as episode_store
from helpdesk.types import Staff
from tests.helpdesk.conftest import Office
from tests.helpdesk.fakes import (
    ANSWER,
    HANDOFF,
    NO_ANSWER,
    OFFER,
    SUGGEST,
    FakeClock,
    FakeRasa,
    Payload,
    Visitor,
    open_widget,
)

TODAY = date(2026, 11, 23)


async def ask(desk: Helpdesk, rasa: FakeRasa, *payloads: object, **changes: object) -> Visitor:
    visitor = await open_widget(desk, **changes)
    rasa.says(*payloads)  # type: ignore[arg-type]
    await visitor.says("A question")
    return visitor


async def test_it_works(desk: Helpdesk, rasa: FakeRasa, clock: FakeClock, ana: Staff) -> None:
    confirmed = await ask(desk, rasa, ANSWER)
    await desk.feedback(confirmed.conversation, 3, True)
    await ask(desk, rasa, ANSWER)
    await ask(desk, rasa, ANSWER)
    await ask(desk, rasa, NO_ANSWER, OFFER)
    await ask(desk, rasa, {"say": "greet", "record": "small_talk"})
    await ask(desk, rasa, HANDOFF)
    attended = await ask(desk, rasa, HANDOFF)
    await desk.claim(attended.id, ana)
    await ask(desk, rasa, ANSWER, traffic="test")
    clock.forward(hours=1)
    await ask(desk, rasa, ANSWER)

    report = await desk.reports.report(TODAY, TODAY)
    assert report.outcomes == {
        "open": 1,
        "handed_off": 2,
        "unresolved": 1,
        "confirmed": 1,
        "assumed": 2,
        "small_talk": 1,
    }
    assert report.handed_off_parts == {"attended": 1, "unattended": 1, "contact_left": 0}
    assert report.reasons == {"asked_for_person": 2}
    assert report.engaged == 7
    assert report.excluded == 1
    assert report.self_resolution == Rate(3, 6)
    assert report.confirmed == Rate(1, 6)
    assert report.handoff == Rate(2, 6)
    assert report.unattended == Rate(1, 2)
    assert report.no_answer == Rate(1, 5)
    assert (report.time_zone, report.rule_version, report.rule_versions) == ("Asia/Tokyo", 1, (1,))
    assert [day.day for day in report.days] == [TODAY]
    assert report.days[0].outcomes == report.outcomes


async def test_every_count_can_be_listed(desk: Helpdesk, rasa: FakeRasa, clock: FakeClock) -> None:
    await random_history(desk, rasa, clock, random.Random(3), 25)
    report = await desk.reports.report(TODAY, TODAY)
    assert sum(report.outcomes.values()) == 25 - report.excluded
    for name in OUTCOMES:
        rows = await desk.reports.episodes(TODAY, TODAY, name, limit=500)
        assert len(rows) == report.outcomes[name]
        assert all(row.outcome == name for row in rows)
    for part, number in report.handed_off_parts.items():
        assert len(await desk.reports.episodes(TODAY, TODAY, "handed_off", part=part)) == number
    for reason, number in report.reasons.items():
        assert len(await desk.reports.episodes(TODAY, TODAY, reason=reason)) == number
    assert len(await desk.reports.episodes(TODAY, TODAY, excluded=True)) == report.excluded


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_stored_is_what_the_events_say(
    desk: Helpdesk, rasa: FakeRasa, clock: FakeClock, office: Office, seed: int
) -> None:
    await random_history(desk, rasa, clock, random.Random(seed), 8)
    for row in await desk.reports.episodes(TODAY, TODAY):
        events = (await desk.reports.episode(row.id)).events
        judged = outcome(events, clock.now, office.settings.episode_idle)
        assert (judged.name, judged.part) == (row.outcome, row.part)
        assert (judged.questions, judged.unanswered) == (row.questions, row.unanswered)
    assert await desk.reports.recompute_outcomes(TODAY, TODAY) == 0


async def random_history(
    desk: Helpdesk, rasa: FakeRasa, clock: FakeClock, dice: random.Random, visitors: int
) -> None:
    said: list[list[Payload]] = [
        [ANSWER],
        [NO_ANSWER, OFFER],
        [SUGGEST],
        [HANDOFF],
        [{"say": "greet"}],
    ]
    for _ in range(visitors):
        traffic = dice.choice(["customer", "customer", "customer", "crawler"])
        visitor = await open_widget(desk, traffic=traffic)
        for _ in range(dice.randint(1, 3)):
            rasa.says(*dice.choice(said))
            await visitor.says("A question")
            newest = (await visitor.sees())[-1]
            if newest.kind == "answer" and dice.random() < 0.5:
                await desk.feedback(visitor.conversation, newest.seq, dice.random() < 0.6)
            if dice.random() < 0.2:
                await desk.cancel_handoff(visitor.conversation)
        clock.forward(minutes=dice.randint(0, 9))


async def test_a_changed_rule_is_applied_on_request(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, db: Database
) -> None:
    rasa.says(ANSWER)
    await vera.says("A question")
    (row,) = await desk.reports.episodes(TODAY, TODAY)
    old, counted = await db.read(lambda c: episode_store.standing(c, row.id))
    await db.write(
        lambda c: episode_store.set_standing(
            c, row.id, replace(old, name="unresolved", rule_version=0), counted, None
        )
    )
    assert (await desk.reports.report(TODAY, TODAY)).rule_versions == (0,)
    assert await desk.reports.recompute_outcomes(TODAY, TODAY) == 1
    assert (await desk.reports.report(TODAY, TODAY)).rule_versions == (1,)


async def test_an_episode_belongs_to_the_day_it_started_in_the_teams_time_zone(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says(ANSWER)
    clock.forward(hours=13, minutes=50)  # 23:50 in Tokyo, 14:50 in UTC
    await vera.says("A question")
    clock.forward(minutes=20)
    await vera.says("After midnight")
    clock.forward(hours=1)
    await vera.says("A new contact")
    counts = [
        sum((await desk.reports.report(day, day)).outcomes.values())
        for day in (TODAY, TODAY + timedelta(days=1))
    ]
    assert counts == [1, 1]
    (first,) = await desk.reports.episodes(TODAY, TODAY)
    assert (
        len((await desk.reports.episode(first.id)).messages) == 5
    )  # The same answer again comes with the offer of a person.


async def test_waiting_for_a_person_is_one_contact(
    desk: Helpdesk, vera: Visitor, clock: FakeClock, ana: Staff
) -> None:
    await desk.ask_for_person(vera.conversation)
    clock.forward(hours=2)
    await vera.says("Are you there?")
    await desk.claim(vera.id, ana)
    (row,) = await desk.reports.episodes(TODAY, TODAY)
    assert row.number == 1


async def test_a_reopened_conversation_is_not_counted_twice(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock, ana: Staff
) -> None:
    await desk.ask_for_person(vera.conversation)
    await desk.claim(vera.id, ana)
    await desk.agent_message(vera.id, ana, "a1", "Hello")
    await desk.close(vera.id, ana)
    rasa.says(ANSWER)
    await vera.says("One more thing")
    clock.forward(hours=1)
    report = await desk.reports.report(TODAY, TODAY)
    assert report.outcomes["handed_off"] == 1
    assert report.engaged == 1


async def test_it_can_be_narrowed(desk: Helpdesk, rasa: FakeRasa, clock: FakeClock) -> None:
    await ask(desk, rasa, ANSWER, language="ja", site="a")
    await ask(desk, rasa, ANSWER, language="en", site="a")
    await ask(desk, rasa, ANSWER, language="en", site="b")
    clock.forward(hours=1)

    async def engaged(**narrow: str) -> int:
        return (await desk.reports.report(TODAY, TODAY, **narrow)).engaged

    assert await engaged() == 3
    assert await engaged(language="en") == 2
    assert await engaged(site="a") == 2
    assert await engaged(site="a", language="ja") == 1
    assert len(await desk.reports.episodes(TODAY, TODAY, site="b")) == 1


async def test_long_lists_come_in_pages(desk: Helpdesk, rasa: FakeRasa) -> None:
    for _ in range(5):
        await ask(desk, rasa, ANSWER)
    first = await desk.reports.episodes(TODAY, TODAY, limit=3)
    rest = await desk.reports.episodes(TODAY, TODAY, limit=3, after=first[-1].id)
    assert len({row.id for row in first + rest}) == 5
    assert await desk.reports.episodes(TODAY, TODAY, after="nowhere") == []


async def test_ratings_are_in_the_report(desk: Helpdesk, rasa: FakeRasa) -> None:
    for csat, nps in ((5, 10), (2, 3), (4, None)):
        visitor = await ask(desk, rasa, ANSWER)
        await desk.survey(visitor.conversation, csat, nps)
    report = await desk.reports.report(TODAY, TODAY)
    assert report.csat == Rate(2, 3)
    assert (report.nps.value, report.nps.n) == (None, 2)


async def test_an_empty_period_has_no_rates(desk: Helpdesk) -> None:
    report: Report = await desk.reports.report(TODAY, TODAY)
    assert report.engaged == 0
    assert report.self_resolution.value is None
    assert report.days == ()


async def test_it_refuses_odd_periods_and_names(desk: Helpdesk) -> None:
    with pytest.raises(BadInput, match="must end on or after"):
        await desk.reports.report(TODAY, TODAY - timedelta(days=1))
    with pytest.raises(BadInput, match="three years"):
        await desk.reports.report(TODAY - timedelta(days=4000), TODAY)
    with pytest.raises(BadInput, match="outcome must be one of"):
        await desk.reports.episodes(TODAY, TODAY, "won")
    with pytest.raises(BadInput, match="part must be one of"):
        await desk.reports.episodes(TODAY, TODAY, part="won")
    with pytest.raises(BadInput, match="limit"):
        await desk.reports.episodes(TODAY, TODAY, limit=0)


async def test_a_changed_time_zone_moves_no_history(
    office: Office, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(ANSWER)
    await vera.says("A question")
    moved = office.desk(time_zone=ZoneInfo("America/Los_Angeles"))
    assert sum((await moved.reports.report(TODAY, TODAY)).outcomes.values()) == 1


def test_no_percentage_for_few_cases() -> None:
    assert Rate(29, 29).value is None
    assert Rate(29, 29).low is None
    rate = Rate(24, 30)
    assert rate.value == 0.8
    assert rate.low is not None
    assert rate.high is not None
    assert (round(rate.low, 3), round(rate.high, 3)) == (0.627, 0.905)


@pytest.mark.parametrize(
    ("utc", "day", "hour"),
    [
        # Clocks go back at 2:00 on 1 November 2026 in New York: half past one comes twice.
        (datetime(2026, 11, 1, 3, 59, tzinfo=UTC), date(2026, 10, 31), 23),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), date(2026, 11, 1), 1),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), date(2026, 11, 1), 1),
        (datetime(2026, 11, 2, 4, 59, tzinfo=UTC), date(2026, 11, 1), 23),
        (datetime(2026, 11, 2, 5, 0, tzinfo=UTC), date(2026, 11, 2), 0),
        # They go forward at 2:00 on 14 March 2027: half past two does not come.
        (datetime(2027, 3, 14, 6, 59, tzinfo=UTC), date(2027, 3, 14), 1),
        (datetime(2027, 3, 14, 7, 0, tzinfo=UTC), date(2027, 3, 14), 3),
        (datetime(2027, 3, 15, 3, 59, tzinfo=UTC), date(2027, 3, 14), 23),
    ],
)
async def test_days_and_hours_are_those_of_the_clock_on_the_wall(
    office: Office, rasa: FakeRasa, clock: FakeClock, utc: datetime, day: date, hour: int
) -> None:
    clock.now = utc
    desk = office.desk(time_zone=ZoneInfo("America/New_York"))
    vera = await open_widget(desk)
    rasa.says(ANSWER)
    await vera.says("A question")
    clock.forward(hours=2)
    report = await desk.reports.report(day, day)
    assert report.outcomes["assumed"] == 1
    (group,) = await desk.reports.groups(day, day)
    assert group.keys[2] == hour
    clock.forward(days=2)
    await desk.reports.keep_days()
    assert (await desk.reports.report(day, day)).outcomes["assumed"] == 1
