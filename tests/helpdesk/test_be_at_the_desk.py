"""Agents are available or away, have only so many chats, and end them as they really ended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.desk import Helpdesk
from helpdesk.durations import IDLE_AFTER, handle_seconds
from helpdesk.errors import Away, BadInput, Conflict, Full, NotAllowed
from helpdesk.push import INBOX, Hub, conversation_topic
from helpdesk.types import Event, Staff
from tests.helpdesk.conftest import PASSWORD, Office
from tests.helpdesk.fakes import ANSWER, MONDAY_10_TOKYO, FakeClock, FakeRasa, Visitor, open_widget

TODAY = MONDAY_10_TOKYO.date()


async def waiting_visitor(desk: Helpdesk) -> Visitor:
    visitor = await open_widget(desk)
    await desk.ask_for_person(visitor.conversation)
    return visitor


# Presence


async def test_the_team_sees_who_is_there(
    desk: Helpdesk, ana: Staff, ben: Staff, clock: FakeClock, hub: Hub
) -> None:
    assert not (await desk.team.colleagues(ben))[0].here
    await desk.sign_in(ana.login, PASSWORD)
    async with hub.subscribe(INBOX) as news:
        await desk.team.set_away(ben, True)
        push = await news.get()
    assert push is not None and push.kind == "team"
    by_name = {each.staff.login: each for each in await desk.team.team()}
    assert (by_name["ana"].available, by_name["ana"].here) == (True, True)
    assert (by_name["ben"].available, by_name["ben"].staff.away) == (False, True)
    clock.forward(minutes=2)
    assert not (await desk.team.team())[0].here


async def test_who_is_away_is_handed_nothing(
    desk: Helpdesk, vera: Visitor, ana: Staff, ben: Staff
) -> None:
    await desk.ask_for_person(vera.conversation)
    await desk.claim(vera.id, ana)
    await desk.team.set_away(ben, True)
    with pytest.raises(Away, match="Ben takes no chats"):
        await desk.team.transfer(vera.id, ana, ben.id)
    await desk.team.set_away(ben, False)
    await desk.team.transfer(vera.id, ana, ben.id)


async def test_no_minutes_are_promised_while_everyone_is_away(
    desk: Helpdesk, vera: Visitor, walt: Visitor, ana: Staff, ben: Staff
) -> None:
    for each in (ana, ben):
        await desk.team.set_away(each, True)
    await desk.ask_for_person(vera.conversation)
    said = (await vera.sees())[-1].text
    assert "nobody of them is at the desk" in said and "minutes" not in said
    await desk.team.set_away(ana, False)
    await desk.ask_for_person(walt.conversation)
    assert "within 5 minutes" in (await walt.sees())[-1].text


async def test_one_has_only_so_many_chats(office: Office, ana: Staff, ben: Staff) -> None:
    desk = office.desk(chats_per_agent=2)
    visitors = [await waiting_visitor(desk) for _ in range(4)]
    for visitor in visitors[:2]:
        await desk.claim(visitor.id, ana)
    with pytest.raises(Full, match="Ana has 2 chats already"):
        await desk.claim(visitors[2].id, ana)
    await desk.claim(visitors[2].id, ben)
    with pytest.raises(Full):
        await desk.team.transfer(visitors[2].id, ben, ana.id)
    await desk.close(visitors[0].id, ana, "solved")
    await desk.team.transfer(visitors[2].id, ben, ana.id)
    chats = {each.staff.login: each.chats for each in await desk.team.team()}
    assert chats == {"ana": 2, "ben": 0}


# Typing


async def test_each_sees_the_other_write(
    desk: Helpdesk, vera: Visitor, ana: Staff, ben: Staff, hub: Hub
) -> None:
    async with hub.subscribe(conversation_topic(vera.id)) as news:
        await desk.typing(vera.conversation)  # With the bot nobody watches.
        await desk.ask_for_person(vera.conversation)
        await desk.claim(vera.id, ana)
        await desk.typing(vera.conversation)
        await desk.team.typing(vera.id, ana)
        with pytest.raises(NotAllowed):
            await desk.team.typing(vera.id, ben)
        hub.close()
        seen = [push.data["from"] async for push in news if push.kind == "typing"]
    assert seen == ["customer", "agent"]


# Nobody comes


async def test_a_late_team_says_so_once(
    desk: Helpdesk, vera: Visitor, clock: FakeClock, rasa: FakeRasa
) -> None:
    await desk.ask_for_person(vera.conversation)
    clock.forward(minutes=4, seconds=59)
    assert await desk.tell_late() == 0
    clock.forward(seconds=2)
    assert await desk.tell_late() == 1
    last = (await vera.sees())[-1]
    assert last.sender == "system" and "nobody was free yet" in last.text
    assert [choice.label for choice in last.choices] == ["Leave my details", "Cancel"]
    assert (await desk.state(vera.conversation))["position"] == 1
    clock.forward(minutes=30)
    assert await desk.tell_late() == 0
    assert rasa.asked == []


async def test_who_has_waited_enough_leaves_her_details(
    desk: Helpdesk, vera: Visitor, clock: FakeClock, rasa: FakeRasa
) -> None:
    rasa.says({"handoff": {"reason": "complaint"}, "say": "handing_over"})
    await vera.says("your driver was rude")
    clock.forward(minutes=6)
    await desk.tell_late()
    seen = len(await vera.sees())
    rasa.says({"form": "contact_name", "say": "ask_contact_name"})
    await vera.presses("Leave my details")
    # The team is there, and she is asked for her name all the same.
    told = rasa.asked[-1]["metadata"]
    assert (told["staffed"], told["leaves_details"]) == (True, True)
    _, form = (await vera.sees())[seen:]
    assert form.kind == "form" and "not here" not in form.text
    rasa.says(
        {"say": "contact_saved", "contact": {"name": "V", "email": "v@x.example", "message": "m"}}
    )
    await vera.says("Vera")
    (row,) = await desk.inbox()
    assert (row.kind, row.state, row.contact_name) == ("message", "waiting", "V")
    assert row.reason == "complaint"


async def test_without_rasa_she_waits_on_and_no_minutes_are_promised(
    desk: Helpdesk, vera: Visitor, clock: FakeClock, rasa: FakeRasa
) -> None:
    await desk.ask_for_person(vera.conversation)
    clock.forward(minutes=6)
    await desk.tell_late()
    rasa.mode = "refusal"
    await vera.presses("Leave my details")
    assert await vera.state() == "waiting"
    assert "minutes" not in (await vera.sees())[-1].text


async def test_at_night_nothing_is_late(office: Office, clock: FakeClock, vera: Visitor) -> None:
    desk = office.desk(opening_hours="Mon-Fri 09:00-10:05")
    await desk.ask_for_person(vera.conversation)
    clock.forward(minutes=20)  # 10:20: the team has gone home.
    assert await desk.tell_late() == 0


# Asked again


async def test_the_same_question_twice_brings_the_offer_of_a_person(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(ANSWER)
    assert [each.kind for each in await vera.says("Where is my order?")] == ["answer"]
    answer, offer = await vera.says("But where is my order?")
    assert (answer.kind, offer.kind) == ("answer", "choices")
    assert "seen already" in offer.text
    rasa.says({"handoff": {"reason": "not_helpful"}, "say": "handing_over"})
    await vera.presses("Talk to a person")
    (row,) = await desk.inbox()
    assert row.reason == "repeated_question"


# How it ends


async def test_the_bot_gets_it_back_and_speaks_again(
    desk: Helpdesk, vera: Visitor, ana: Staff, ben: Staff, rasa: FakeRasa, clock: FakeClock
) -> None:
    await desk.ask_for_person(vera.conversation)
    with pytest.raises(Conflict):
        await desk.give_back(vera.id, ana)
    await desk.claim(vera.id, ana)
    with pytest.raises(NotAllowed):
        await desk.give_back(vera.id, ben)
    row = await desk.give_back(vera.id, ana)
    assert row.state == "closed"
    last = (await vera.sees())[-1]
    assert (last.kind, "back with the automated assistant" in last.text) == ("handoff", True)
    rasa.says(ANSWER)
    assert (await vera.says("Where is my order?"))[0].kind == "answer"
    clock.forward(hours=1)
    (episode,) = await desk.reports.episodes(TODAY, TODAY)
    detail = await desk.reports.episode(episode.id)
    assert (episode.outcome, episode.part) == ("handed_off", "attended")
    assert detail.handoffs[0].resolution == "back_to_bot"


@pytest.mark.parametrize(
    ("wrote", "resolution", "asked"),
    [
        (True, "solved", True),
        (True, "answered_elsewhere", True),
        (True, "spam", False),
        (True, "unattended", False),
        (False, "solved", False),
    ],
)
async def test_only_whom_a_person_helped_is_asked_how_it_was(
    desk: Helpdesk, vera: Visitor, ana: Staff, wrote: bool, resolution: str, asked: bool
) -> None:
    await desk.ask_for_person(vera.conversation)
    await desk.claim(vera.id, ana)
    if wrote:
        await desk.agent_message(vera.id, ana, "m1", "Hello")
    await desk.close(vera.id, ana, resolution)
    assert ((await vera.sees())[-1].kind == "survey") is asked


async def test_nobody_is_asked_twice_in_one_contact(
    desk: Helpdesk, vera: Visitor, ana: Staff
) -> None:
    for number in range(2):
        await desk.ask_for_person(vera.conversation)
        await desk.claim(vera.id, ana)
        await desk.agent_message(vera.id, ana, f"m{number}", "Hello")
        await desk.close(vera.id, ana, "solved")
    kinds = [message.kind for message in await vera.sees()]
    assert kinds.count("survey") == 1


async def test_who_has_rated_is_not_asked(desk: Helpdesk, vera: Visitor, ana: Staff) -> None:
    await desk.ask_for_person(vera.conversation)
    await desk.survey(vera.conversation, 4)
    await desk.claim(vera.id, ana)
    await desk.agent_message(vera.id, ana, "m", "Hello")
    await desk.close(vera.id, ana, "solved")
    assert "survey" not in [message.kind for message in await vera.sees()]


# How long it took


async def test_times_are_those_of_people(
    desk: Helpdesk, vera: Visitor, ana: Staff, clock: FakeClock
) -> None:
    await desk.ask_for_person(vera.conversation)
    clock.forward(minutes=2)
    await desk.claim(vera.id, ana)
    clock.forward(minutes=1)
    await desk.agent_message(vera.id, ana, "a1", "Hello")
    clock.forward(hours=2)  # Lunch: three minutes of it count.
    await vera.sends("Still there?")
    clock.forward(minutes=1)
    await desk.release(vera.id, ana)
    clock.forward(minutes=40)  # Nobody's.
    await desk.claim(vera.id, ana)
    clock.forward(seconds=30)
    await desk.close(vera.id, ana, "solved")
    (episode,) = await desk.reports.episodes(TODAY, TODAY)
    (handoff,) = (await desk.reports.episode(episode.id)).handoffs
    assert (handoff.time_to_person, handoff.first_response) == (120, 180)
    # 1 minute to the message, 3 of the lunch, 1 to putting it back, half of one to closing it.
    assert handoff.handle_time == 60 + 180 + 60 + 30


KINDS = st.sampled_from(
    ["received", "agent_message", "handoff_claimed", "handoff_released", "handoff_closed"]
)
LATER = st.floats(0, 1e6)


@given(st.lists(st.tuples(LATER, KINDS), max_size=30))
def test_nobody_works_longer_than_the_time_that_passed(steps: list[tuple[float, str]]) -> None:
    clock = FakeClock()
    events = []
    for seconds, kind in steps:
        clock.forward(seconds=seconds)
        events.append(Event(clock.now, kind))
    took = handle_seconds(events)
    if not any(kind == "handoff_claimed" for _, kind in steps):
        assert took is None
    else:
        assert took is not None
        passed = (events[-1].at - events[0].at).total_seconds()
        assert 0 <= took <= min(passed, len(events) * IDLE_AFTER.total_seconds()) + 1e-3


# Ready replies


async def test_a_ready_reply_is_found_and_filled_in(
    desk: Helpdesk, vera: Visitor, ana: Staff, lea: Staff
) -> None:
    await desk.ready_replies.save(
        lea, None, "en", "Greeting", "Hello, this is {agent} of {team}. Your number is {reference}."
    )
    await desk.ready_replies.save(lea, None, "en", "Sorry", "I am sorry for the delay.")
    await desk.ready_replies.save(lea, None, "ja", "挨拶", "{team}の{agent}です。")
    await desk.ask_for_person(vera.conversation)
    (row,) = await desk.inbox()
    found = await desk.ready_replies.find("greet hello", "en", vera.id, ana)
    text = f"Hello, this is Ana of Yamamichi. Your number is {row.reference}."
    assert found == [("Greeting", text)]
    assert len(await desk.ready_replies.find("", "en", vera.id, ana)) == 2
    assert await desk.ready_replies.find("挨拶", "ja", vera.id, ana) == [
        ("挨拶", "YamamichiのAnaです。")
    ]


async def test_a_ready_reply_is_changed_and_removed(desk: Helpdesk, lea: Staff, ana: Staff) -> None:
    await desk.ready_replies.save(lea, None, "en", "Greeting", "Hello.")
    (reply,) = await desk.ready_replies.listed("en")
    await desk.ready_replies.save(lea, reply.id, "en", "Greeting", "Good morning.")
    (reply,) = await desk.ready_replies.listed("en")
    assert (reply.text, reply.by) == ("Good morning.", "Lea")
    with pytest.raises(Conflict, match="called 'Greeting' already"):
        await desk.ready_replies.save(lea, None, "en", "Greeting", "Hi.")
    for refused in (
        desk.ready_replies.save(ana, reply.id, "en", "Greeting", "Hi."),
        desk.ready_replies.remove(ana, reply.id),
    ):
        with pytest.raises(NotAllowed):
            await refused
    await desk.ready_replies.remove(lea, reply.id)
    assert await desk.ready_replies.listed() == []


@pytest.mark.parametrize(
    ("language", "title", "text", "named"),
    [
        ("fr", "T", "x", "language"),
        ("en", " ", "x", "title"),
        ("en", "T" * 101, "x", "title"),
        ("en", "T", "", "text"),
        ("en", "T", "Dear {customer}", r"\{customer\}"),
    ],
)
async def test_a_ready_reply_that_makes_no_sense_is_refused(
    desk: Helpdesk, lea: Staff, language: str, title: str, text: str, named: str
) -> None:
    with pytest.raises(BadInput, match=named):
        await desk.ready_replies.save(lea, None, language, title, text)
