from __future__ import annotations

import pytest

from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput, Conflict, NotFound
from helpdesk.types import Event
from tests.helpdesk.fakes import (
    ANSWER,
    HANDOFF,
    FakeClock,
    FakeRasa,
    Visitor,
    decision,
)


async def events(desk: Helpdesk, clock: FakeClock) -> list[Event]:
    today = clock.now.date()
    (row,) = await desk.reports.episodes(today, today)
    return (await desk.reports.episode(row.id)).events


async def outcome(desk: Helpdesk, clock: FakeClock) -> str:
    today = clock.now.date()
    clock.forward(minutes=30)
    (row,) = await desk.reports.episodes(today, today)
    return row.outcome


@pytest.mark.parametrize(("helpful", "expected"), [(True, "confirmed"), (False, "unresolved")])
async def test_it_works(
    desk: Helpdesk,
    vera: Visitor,
    rasa: FakeRasa,
    clock: FakeClock,
    helpful: bool,
    expected: str,
) -> None:
    rasa.says(ANSWER)
    (answer,) = await vera.says("Where is my order?")
    await desk.feedback(vera.conversation, answer.seq, helpful)
    assert await outcome(desk, clock) == expected


async def test_a_bad_answer_is_followed_by_an_offer(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(ANSWER)
    (answer,) = await vera.says("Where is my order?")
    await desk.feedback(vera.conversation, answer.seq, False)
    offer = (await vera.sees())[-1]
    assert [c.label for c in offer.choices] == ["Talk to a person", "No, thank you"]
    rasa.says(HANDOFF)
    await vera.presses("Talk to a person")
    assert rasa.asked[-1]["metadata"]["offered"] == "person"
    (row,) = await desk.inbox()
    assert row.reason == "not_helpful"


async def test_judging_twice_the_same_is_judging_once(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says(ANSWER)
    (answer,) = await vera.says("Where is my order?")
    for _ in range(3):
        await desk.feedback(vera.conversation, answer.seq, False)
    assert [e.type for e in await events(desk, clock)].count("feedback") == 1
    assert len(await vera.sees()) == 4


async def test_an_entry_may_never_offer_a_person(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(decision("answer", "privacy"))
    (answer,) = await vera.says("My data?")
    await desk.feedback(vera.conversation, answer.seq, False)
    said = (await vera.sees())[-1]
    assert said.choices == ()
    assert "other words" in said.text


async def test_a_typed_no_offers_no_person_either(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(decision("answer", "privacy"))
    await vera.says("My data?")
    choices = ["person", "no_person"]
    rasa.says({"say": "not_helpful", "record": "not_helpful", "choices": choices})
    (said,) = await vera.says("no")
    assert said.choices == ()
    assert "other words" in said.text


async def test_thanks_confirm_the_answer(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says(ANSWER)
    await vera.says("Where is my order?")
    rasa.says({"say": "thanks", "record": "confirmed"})
    await vera.says("Thank you!")
    assert await outcome(desk, clock) == "confirmed"


async def test_an_older_answer_does_not_decide(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says(ANSWER)
    (first,) = await vera.says("Where is my order?")
    await vera.says("And the other one?")
    await desk.feedback(vera.conversation, first.seq, False)
    assert len(await vera.sees()) == 6
    assert await outcome(desk, clock) == "assumed"


async def test_a_late_judgement_counts_for_its_own_episode(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says(ANSWER)
    (answer,) = await vera.says("Where is my order?")
    day = clock.now.date()
    clock.forward(hours=3)
    await desk.feedback(vera.conversation, answer.seq, False)
    (row,) = await desk.reports.episodes(day, day)
    assert row.outcome == "unresolved"


async def test_it_refuses_what_is_no_answer(
    desk: Helpdesk, vera: Visitor, walt: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(ANSWER)
    (answer,) = await vera.says("Where is my order?")
    for visitor, seq in ((vera, 1), (vera, 99), (vera, -1), (walt, answer.seq)):
        with pytest.raises(NotFound, match="message_seq is not an answer"):
            await desk.feedback(visitor.conversation, seq, True)


async def test_a_survey_is_kept(desk: Helpdesk, vera: Visitor, clock: FakeClock) -> None:
    await vera.says("hello")
    await desk.survey(vera.conversation, 5, 9, " Great ")
    await desk.survey(vera.conversation, 2)
    rated = [e.data for e in await events(desk, clock) if e.type == "survey"]
    assert rated == [
        {"csat": 5, "nps": 9, "comment": "Great"},
        {"csat": 2, "nps": None, "comment": None},
    ]
    today = clock.now.date()
    (row,) = await desk.reports.episodes(today, today)
    assert row.csat == 2


@pytest.mark.parametrize(
    ("csat", "nps", "comment", "sentence"),
    [
        (0, None, None, "csat must be 1 to 5"),
        (6, None, None, "csat must be 1 to 5"),
        (3, 11, None, "nps must be 0 to 10"),
        (3, None, "x" * 2001, "comment is too long"),
    ],
)
async def test_it_refuses_odd_ratings(
    desk: Helpdesk, vera: Visitor, csat: int, nps: int | None, comment: str | None, sentence: str
) -> None:
    await vera.says("hello")
    with pytest.raises(BadInput, match=sentence):
        await desk.survey(vera.conversation, csat, nps, comment)


async def test_there_is_nothing_to_rate_yet(desk: Helpdesk, vera: Visitor) -> None:
    with pytest.raises(Conflict, match="nothing to rate"):
        await desk.survey(vera.conversation, 5)
