"""Answers that customers or the team judged, counted with the day of the contact."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.figures import Rate
from helpdesk.store import schema
from helpdesk.store.tables import events
from helpdesk.tally import Tally, tally
from helpdesk.types import Event, Staff
from tests.helpdesk.fakes import ANSWER, FakeClock, FakeRasa, Visitor, decision, open_widget

AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


async def asked(desk: Helpdesk, rasa: FakeRasa) -> tuple[Visitor, int]:
    rasa.says(ANSWER)
    visitor = await open_widget(desk)
    (answer,) = await visitor.says("where is my order")
    return visitor, answer.seq


async def wrong(desk: Helpdesk, clock: FakeClock) -> Rate:
    day = clock.now.astimezone(desk.settings.time_zone).date()
    return (await desk.reports.report(day, day)).wrong_answer


async def test_a_customer_says_that_an_answer_was_wrong(
    desk: Helpdesk, rasa: FakeRasa, clock: FakeClock
) -> None:
    vera, seq = await asked(desk, rasa)
    walt, other = await asked(desk, rasa)
    await asked(desk, rasa)
    assert await wrong(desk, clock) == Rate(0, 0)
    await desk.feedback(vera.conversation, seq, False)
    await desk.feedback(walt.conversation, other, True)
    assert await wrong(desk, clock) == Rate(1, 2)
    await desk.feedback(walt.conversation, other, False)
    assert await wrong(desk, clock) == Rate(2, 2)
    day = clock.now.astimezone(desk.settings.time_zone).date()
    found = await desk.reports.episodes(day, day, having="wrong")
    assert {row.conversation_id for row in found} == {vera.id, walt.id}


async def test_the_team_counts_for_more_and_corrects_a_day_that_is_over(
    desk: Helpdesk, rasa: FakeRasa, clock: FakeClock, ana: Staff
) -> None:
    day = clock.now.astimezone(desk.settings.time_zone).date()
    vera, seq = await asked(desk, rasa)
    await desk.feedback(vera.conversation, seq, True)
    await desk.ask_for_person(vera.conversation)
    clock.forward(days=2)
    assert await desk.reports.keep_days() >= 1
    assert (await desk.reports.report(day, day)).wrong_answer == Rate(0, 1)
    await desk.judging.judge(vera.id, ana, seq - 1, "return-item")
    assert (await desk.reports.report(day, day)).wrong_answer == Rate(1, 1)
    await desk.judging.judge(vera.id, ana, seq - 1, "track-order")
    assert (await desk.reports.report(day, day)).wrong_answer == Rate(0, 1)
    # What the team does later is no activity of the customer.
    (row,) = await desk.reports.episodes(day, day, "handed_off")
    assert row.last_at.astimezone(desk.settings.time_zone).date() == day


async def test_only_what_was_answered_is_judged(
    desk: Helpdesk, rasa: FakeRasa, clock: FakeClock, ana: Staff
) -> None:
    rasa.says(decision("no_answer", "return-item"))
    visitor = await open_widget(desk)
    sent = await visitor.sends("do you sell kayaks")
    await desk.idle()
    await desk.ask_for_person(visitor.conversation)
    await desk.judging.judge(visitor.id, ana, sent.seq, "return-item")
    assert await wrong(desk, clock) == Rate(0, 0)


async def test_who_was_asked_for_a_rating_is_counted_whether_she_answers_or_not(
    desk: Helpdesk, clock: FakeClock, ana: Staff
) -> None:
    for rates in (True, False):
        visitor = await open_widget(desk)
        await desk.ask_for_person(visitor.conversation)
        await desk.claim(visitor.id, ana)
        await desk.agent_message(visitor.id, ana, "Hello", "m-1")
        await desk.close(visitor.id, ana)
        if rates:
            await desk.survey(visitor.conversation, 5, 9, None)
    day = clock.now.astimezone(desk.settings.time_zone).date()
    report = await desk.reports.report(day, day)
    assert report.responded == Rate(1, 2)
    assert (report.csat, report.nps.n) == (Rate(1, 1), 1)
    assert len(await desk.reports.episodes(day, day, having="surveyed")) == 2
    assert len(await desk.reports.episodes(day, day, having="recommended")) == 1


# Whatever happens


def _decided(kind: str, seq: int, shown: int | None, entry: str) -> Event:
    data: Mapping[str, Any] = {"kind": kind, "seq": seq, "shown": shown, "faq_id": entry}
    return Event(AT, "decided", data)


_entries = st.sampled_from(["a", "b"])
_numbers = st.integers(1, 6)
_events = st.one_of(
    st.builds(
        _decided,
        st.sampled_from(["answer", "chosen", "suggest", "no_answer"]),
        _numbers,
        st.none() | _numbers,
        _entries,
    ),
    st.builds(
        lambda seq, helpful: Event(AT, "feedback", {"seq": seq, "helpful": helpful}),
        _numbers,
        st.booleans(),
    ),
    st.builds(
        lambda seq, entry: Event(AT, "labelled", {"seq": seq, "faq_id": entry}),
        _numbers,
        st.none() | _entries,
    ),
)


@given(st.lists(_events, max_size=20))
def test_wrong_answers_are_judged_ones_and_judged_ones_were_shown(log: list[Event]) -> None:
    counted = tally(log)
    shown = {e.data["shown"] for e in log if e.type == "decided"} - {None}
    assert 0 <= counted.wrong <= counted.judged <= len(shown)
    if not any(e.type in ("feedback", "labelled") for e in log):
        assert counted == Tally()


@given(st.lists(_events, max_size=12), st.booleans())
def test_the_last_word_of_a_customer_stands_where_the_team_said_nothing(
    log: list[Event], helpful: bool
) -> None:
    silent = [event for event in log if event.type != "labelled"]
    answer = _decided("answer", 99, 100, "a")
    said = Event(AT, "feedback", {"seq": 100, "helpful": helpful})
    before, after = tally([*silent, answer]), tally([*silent, answer, said])
    assert after.judged == before.judged + 1
    assert after.wrong == before.wrong + (not helpful)


# What was said before it was counted


async def test_what_was_judged_before_is_counted_by_an_upgrade(
    desk: Helpdesk, db: Database, rasa: FakeRasa, clock: FakeClock, ana: Staff
) -> None:
    vera, seq = await asked(desk, rasa)
    await desk.feedback(vera.conversation, seq, True)
    await desk.ask_for_person(vera.conversation)
    walt, other = await asked(desk, rasa)
    await desk.feedback(walt.conversation, other, True)
    await desk.judging.judge(vera.id, ana, seq - 1, "return-item")
    day = clock.now.astimezone(desk.settings.time_zone).date()
    clock.forward(days=2)
    assert await desk.reports.keep_days() >= 1
    counted = await desk.reports.report(day, day)
    assert counted.wrong_answer == Rate(1, 2)
    # As a database of the version before had it: the team's word was a label only.
    await db.write(lambda c: c.execute(delete(events).where(events.c.type == "labelled")))
    await asyncio.to_thread(_before, db)
    await asyncio.to_thread(db.upgrade)
    assert (await desk.reports.report(day, day)).wrong_answer == Rate(1, 2)
    assert await desk.reports.keep_days() >= 1
    assert await desk.reports.report(day, day) == counted


def _before(db: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with db._engines.write.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0010")
