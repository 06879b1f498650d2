"""The rule of METRICS, on histories a person can read and on random ones."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from helpdesk.database import Connection, Database
from helpdesk.events import ACTIVITY, TYPES
from helpdesk.outcomes import OUTCOMES, PARTS, RULE_VERSION, Outcome, outcome, settle
from helpdesk.store import events
from helpdesk.store.tables import episodes
from helpdesk.tally import tally
from helpdesk.types import Event
from tests.helpdesk.fakes import Visitor

START = datetime(2026, 11, 23, tzinfo=UTC)
IDLE = timedelta(minutes=30)
PERSON = {"person_asked", "handoff_requested", "handoff_claimed", "contact_left"}

Line = tuple[str, dict[str, Any]]
History = list[Line]

ASK: Line = ("received", {})
REPLY: Line = ("replied", {})
ANSWER = ("decided", {"kind": "answer", "shown": 3})
CHOSEN = ("decided", {"kind": "chosen", "shown": 3})
SUGGEST = ("decided", {"kind": "suggest", "shown": None})
NO_ANSWER = ("decided", {"kind": "no_answer", "shown": None})
GOOD = ("feedback", {"seq": 3, "helpful": True})
BAD = ("feedback", {"seq": 3, "helpful": False})
BAD_OTHER = ("feedback", {"seq": 1, "helpful": False})
CONFIRMED: Line = ("confirmed", {})
NOT_HELPFUL: Line = ("not_helpful", {})
CHAT: Line = ("small_talk", {})
FAILED: Line = ("bot_failed", {})
WAIT: Line = ("handoff_requested", {})
CLAIM: Line = ("handoff_claimed", {})
CANCEL: Line = ("handoff_cancelled", {})
CONTACT: Line = ("contact_left", {})
LOOK: Line = ("person_asked", {})


def log(*lines: Line) -> list[Event]:
    return [Event(START + timedelta(seconds=n), kind, data) for n, (kind, data) in enumerate(lines)]


@pytest.mark.parametrize(
    ("history", "name", "part"),
    [
        ([], "small_talk", None),
        ([ASK, CHAT, REPLY], "small_talk", None),
        ([ASK, ANSWER, REPLY], "assumed", None),
        ([ASK, ANSWER, REPLY, ASK, CHAT, REPLY], "assumed", None),
        ([ASK, ANSWER, REPLY, ASK, CONFIRMED, REPLY], "confirmed", None),
        ([ASK, ANSWER, REPLY, GOOD], "confirmed", None),
        ([ASK, ANSWER, REPLY, BAD], "unresolved", None),
        ([ASK, ANSWER, REPLY, BAD, GOOD], "confirmed", None),
        ([ASK, ANSWER, REPLY, BAD_OTHER], "assumed", None),
        ([ASK, ANSWER, REPLY, ASK, NOT_HELPFUL, REPLY], "unresolved", None),
        # Thanks after "did not help" are politeness, not success.
        ([ASK, ANSWER, REPLY, BAD, ASK, CONFIRMED, REPLY], "unresolved", None),
        ([ASK, ANSWER, REPLY, GOOD, ASK, NO_ANSWER, REPLY], "unresolved", None),
        ([ASK, NO_ANSWER, REPLY], "unresolved", None),
        ([ASK, NO_ANSWER, REPLY, ASK, ANSWER, REPLY], "assumed", None),
        ([ASK, SUGGEST, REPLY], "unresolved", None),
        ([ASK, SUGGEST, REPLY, ASK, CHOSEN, REPLY], "assumed", None),
        ([ASK, FAILED, REPLY], "unresolved", None),
        ([ASK, CHAT, REPLY, ASK], "unresolved", None),
        ([ASK, WAIT, REPLY], "handed_off", "unattended"),
        ([ASK, ANSWER, REPLY, GOOD, WAIT], "handed_off", "unattended"),
        ([WAIT, CANCEL, ASK, ANSWER, REPLY, GOOD], "handed_off", "unattended"),
        ([WAIT, CLAIM], "handed_off", "attended"),
        ([ASK, LOOK, REPLY], "handed_off", "unattended"),
        ([ASK, LOOK, REPLY, ASK, WAIT, CONTACT, REPLY], "handed_off", "contact_left"),
        ([LOOK, WAIT, CONTACT, CLAIM], "handed_off", "attended"),
    ],
)
def test_it_works(history: History, name: str, part: str | None) -> None:
    judged = settle(log(*history))
    assert (judged.name, judged.part) == (name, part)
    assert judged.rule_version == RULE_VERSION


@pytest.mark.parametrize(
    ("history", "questions", "unanswered"),
    [
        ([ASK, SUGGEST, REPLY, ASK, CHOSEN, REPLY], 1, 0),
        ([ASK, SUGGEST, REPLY, ASK, CHOSEN, REPLY, ASK, CHOSEN, REPLY], 1, 0),
        ([ASK, SUGGEST, REPLY], 1, 1),
        ([ASK, NO_ANSWER, REPLY, ASK, ANSWER, REPLY], 2, 1),
        ([ASK, ANSWER, REPLY, ASK], 2, 1),
        ([CHOSEN], 1, 0),
    ],
)
def test_questions_are_counted(history: History, questions: int, unanswered: int) -> None:
    judged = settle(log(*history))
    assert (judged.questions, judged.unanswered) == (questions, unanswered)


def test_it_is_open_until_the_idle_time_is_over() -> None:
    events = log(ASK, ANSWER, REPLY)
    last = events[-1].at
    assert outcome(events, last + IDLE - timedelta(microseconds=1), IDLE).name == "open"
    assert outcome(events, last + IDLE, IDLE).name == "assumed"


data = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["answer", "suggest", "no_answer", "chosen"]),
        "seq": st.integers(1, 4),
        "shown": st.one_of(st.none(), st.integers(1, 4)),
        "helpful": st.booleans(),
    }
)
histories = st.lists(
    st.builds(
        lambda kind, data, seconds: (kind, data, seconds),
        st.sampled_from(TYPES),
        data,
        st.integers(0, 3600),
    ),
    max_size=30,
).map(
    lambda lines: [
        Event(START + timedelta(seconds=sum(line[2] for line in lines[: n + 1])), kind, data)
        for n, (kind, data, _) in enumerate(lines)
    ]
)


@given(histories)
def test_every_history_has_exactly_one_outcome(events: list[Event]) -> None:
    judged = settle(events)
    assert judged.name in OUTCOMES[1:]
    assert (judged.part in PARTS) == (judged.name == "handed_off")
    assert 0 <= judged.unanswered <= judged.questions


@given(histories)
def test_a_person_asked_for_is_never_a_success_of_the_bot(events: list[Event]) -> None:
    asked = {event.type for event in events} & PERSON
    assert (settle(events).name == "handed_off") == bool(asked)


@given(histories)
def test_nobody_is_resolved_without_an_answer(events: list[Event]) -> None:
    answered = any(
        event.type == "decided" and event.data["kind"] in ("answer", "chosen") for event in events
    )
    if settle(events).name in ("confirmed", "assumed"):
        assert answered


@given(histories)
def test_confirmed_needs_the_customers_word(events: list[Event]) -> None:
    words = any(
        event.type == "confirmed" or (event.type == "feedback" and event.data["helpful"])
        for event in events
    )
    if settle(events).name == "confirmed":
        assert words


@given(histories)
def test_the_last_word_against_an_answer_stands(events: list[Event]) -> None:
    answered = Event(START, "decided", {"kind": "answer", "shown": 3})
    judged = settle([*events, answered, Event(START, "feedback", {"seq": 3, "helpful": False})])
    assert judged.name in ("unresolved", "handed_off")


@given(histories)
def test_it_is_open_exactly_while_something_happens(events: list[Event]) -> None:
    active = [event.at for event in events if event.type in ACTIVITY]
    for now in {event.at for event in events} | {START + timedelta(days=9)}:
        is_open = bool(active) and now - max(active) < IDLE
        assert (outcome(events, now, IDLE).name == "open") == is_open


@given(histories)
def test_time_alone_changes_nothing_once_it_is_over(events: list[Event]) -> None:
    later = [START + timedelta(days=days) for days in (9, 10, 999)]
    assert {outcome(events, now, IDLE) for now in later} == {settle(events)}


def test_an_outcome_says_by_which_rule() -> None:
    assert Outcome("assumed").rule_version == RULE_VERSION


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_read_of_a_log_tells_as_much_as_the_whole(
    vera: Visitor, db: Database, seed: int
) -> None:
    """Long conversations are read in part at each message."""
    chance = random.Random(seed)
    await vera.says("blah")

    def check(connection: Connection) -> None:
        [episode] = connection.execute(select(episodes.c.id)).scalars()
        for _ in range(60):
            connection.execute(delete(events.table))
            lines = [
                Event(
                    START + timedelta(seconds=place),
                    chance.choice(("received", "replied", "decided", *TYPES)),
                    {
                        "kind": chance.choice(("answer", "suggest", "no_answer", "chosen")),
                        "seq": chance.randint(1, 4),
                        "shown": chance.choice((None, 1, 2, 3, 4)),
                        "helpful": chance.random() < 0.5,
                        "faq_id": chance.choice(("one", "other")),
                    },
                )
                for place in range(chance.randint(0, 30))
            ]
            events.add(connection, episode, lines)
            part, whole = (
                events.standing(connection, episode),
                events.of_episode(connection, episode),
            )
            assert (settle(part), tally(part)) == (settle(whole), tally(whole))
            assert sum(each.type in ("received", "replied") for each in part) <= 2

    await db.write(check)
