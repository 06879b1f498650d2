"""A waiting customer is told how long it takes, by what others had to wait."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.desk import Helpdesk
from helpdesk.push import Hub, conversation_topic
from helpdesk.types import Staff
from helpdesk.waits import FEWEST, typical_minutes
from tests.helpdesk.fakes import FakeClock, open_widget


async def meet(desk: Helpdesk, clock: FakeClock, ana: Staff, minutes: float) -> None:
    """A customer waits so long for a person."""
    visitor = await open_widget(desk)
    await desk.ask_for_person(visitor.conversation)
    clock.forward(minutes=minutes)
    await desk.claim(visitor.id, ana)


async def test_it_works(desk: Helpdesk, clock: FakeClock, ana: Staff, hub: Hub) -> None:
    for minutes in (1, 9, 4, 2, 20):
        await meet(desk, clock, ana, minutes)
    vera, walt = await open_widget(desk), await open_widget(desk)
    waiting = {"state": "waiting", "position": 1, "wait_minutes": 4}
    assert await desk.ask_for_person(vera.conversation) == waiting
    assert await desk.state(vera.conversation) == waiting
    await desk.ask_for_person(walt.conversation)
    async with hub.subscribe(conversation_topic(walt.id)) as pushes:
        await desk.claim(vera.id, ana)
        push = await pushes.get()
    assert push is not None
    assert push.data["position"] == 1 and push.data["wait_minutes"] >= 1


async def test_last_weeks_waiting_says_nothing_of_today(
    desk: Helpdesk, clock: FakeClock, ana: Staff
) -> None:
    for _ in range(5):
        await meet(desk, clock, ana, 1)
    clock.forward(days=8)
    visitor = await open_widget(desk)
    assert "wait_minutes" not in await desk.ask_for_person(visitor.conversation)


async def test_those_who_gave_up_count_as_having_waited_long(
    desk: Helpdesk, clock: FakeClock, ana: Staff
) -> None:
    for _ in range(2):
        await meet(desk, clock, ana, 1)
    for _ in range(3):
        visitor = await open_widget(desk)
        await desk.ask_for_person(visitor.conversation)
        clock.forward(minutes=1)
        await desk.cancel_handoff(visitor.conversation)
    visitor = await open_widget(desk)
    assert "wait_minutes" not in await desk.ask_for_person(visitor.conversation)


waits = st.lists(st.none() | st.floats(0, 1e6), max_size=40)


@given(waits)
def test_half_of_those_before_met_a_person_in_that_time(found: list[float | None]) -> None:
    minutes = typical_minutes(found)
    met = [wait for wait in found if wait is not None]
    if minutes is None:
        assert len(found) < FEWEST or 2 * len(met) <= len(found)
    else:
        in_time = [wait for wait in met if wait <= minutes * 60]
        assert 2 * len(in_time) >= len(found)


@given(waits, st.floats(0, 1e6))
def test_those_who_gave_up_never_make_it_look_shorter(
    found: list[float | None], wait: float
) -> None:
    def shown(waits: list[float | None]) -> float:
        minutes = typical_minutes(waits)
        return math.inf if minutes is None else minutes

    if len(found) >= FEWEST - 1:
        assert shown([*found, None]) >= shown([*found, wait])


def test_nothing_is_promised_on_few_cases() -> None:
    assert typical_minutes([60.0] * (FEWEST - 1)) is None
    assert typical_minutes([60.0] * FEWEST) == 1
    assert typical_minutes([61.0] * FEWEST) == 2
    assert typical_minutes([1.0, 1.0, None, None, None]) is None
