"""A report says the same whether past days were counted beforehand or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, event

from helpdesk.desk import Helpdesk
from helpdesk.figures import Report
from tests.helpdesk.fakes import FakeClock, FakeRasa, Visitor, open_widget
from tests.helpdesk.test_read_reports import ANSWER, HANDOFF, NO_ANSWER, OFFER, TODAY, ask

LAST = TODAY + timedelta(days=9)


async def reports(desk: Helpdesk) -> list[Report]:
    """Of the whole time, of a day, and of one language."""
    return [
        await desk.reports.report(TODAY, LAST),
        await desk.reports.report(TODAY + timedelta(days=1), TODAY + timedelta(days=1)),
        await desk.reports.report(TODAY, LAST, language="ja"),
    ]


async def history(desk: Helpdesk, rasa: FakeRasa, clock: FakeClock, days: int) -> list[Visitor]:
    random, visitors = Random(7), []
    for _ in range(days):
        for _ in range(6):
            payloads = random.choice([(ANSWER,), (NO_ANSWER, OFFER), (HANDOFF,)])
            language = random.choice(["en", "ja"])
            traffic = random.choice(["customer", "customer", "test"])
            visitor = await ask(desk, rasa, *payloads, language=language, traffic=traffic)
            if random.random() < 0.5:
                await desk.survey(visitor.conversation, random.randint(1, 5), None, None)
            visitors.append(visitor)
        clock.forward(days=1)
    return visitors


async def test_it_works(desk: Helpdesk, rasa: FakeRasa, clock: FakeClock) -> None:
    await history(desk, rasa, clock, 4)
    counted_live = await reports(desk)
    assert counted_live[0].engaged > 0 and counted_live[0].excluded > 0
    assert await desk.reports.keep_days() == 4
    assert await reports(desk) == counted_live
    assert await desk.reports.keep_days() == 0


async def test_what_changes_in_a_past_day_is_seen_at_once(
    desk: Helpdesk, rasa: FakeRasa, clock: FakeClock
) -> None:
    visitors = await history(desk, rasa, clock, 2)
    await desk.reports.keep_days()
    [before, *_] = await reports(desk)
    rated = next(v for v in visitors if v.conversation.traffic == "customer")
    await desk.survey(rated.conversation, 5, 10, None)
    [after, *_] = await reports(desk)
    assert after.nps.n == before.nps.n + 1
    assert await desk.reports.keep_days() == 1
    assert (await reports(desk))[0] == after


async def test_the_day_that_has_just_ended_is_left_alone(
    desk: Helpdesk, rasa: FakeRasa, clock: FakeClock
) -> None:
    await ask(desk, rasa, ANSWER)
    clock.forward(hours=14, minutes=30)  # half past midnight in Tokyo
    assert await desk.reports.keep_days() == 0
    clock.forward(hours=1)
    assert await desk.reports.keep_days() == 1


async def test_an_open_contact_keeps_its_day_open(
    desk: Helpdesk, rasa: FakeRasa, clock: FakeClock
) -> None:
    vera = await open_widget(desk)
    for _ in range(40):  # from ten in the morning until after midnight
        rasa.says(ANSWER)
        await vera.says("and now?")
        clock.forward(minutes=25)
    assert await desk.reports.keep_days() == 0
    clock.forward(minutes=10)
    assert await desk.reports.keep_days() == 1


@pytest.fixture
def read_rows() -> Iterator[list[str]]:
    """Every statement that is executed."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


async def test_a_report_asks_no_more_often_over_more_days(
    desk: Helpdesk, rasa: FakeRasa, clock: FakeClock, read_rows: list[str]
) -> None:
    await history(desk, rasa, clock, 2)
    await desk.reports.keep_days()
    read_rows.clear()
    await desk.reports.report(date(2026, 11, 1), LAST)
    few = len(read_rows)
    await desk.reports.report(date(2024, 11, 1), LAST)
    assert len(read_rows) == 2 * few
