from __future__ import annotations

import pytest

from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput
from tests.helpdesk.fakes import (
    NO_ANSWER,
    OFFER,
    SUGGEST,
    FakeClock,
    FakeRasa,
    Visitor,
    decision,
)


async def test_it_works(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(SUGGEST)
    (choices,) = await vera.says("order")
    assert choices.kind == "choices"
    assert [c.label for c in choices.choices] == [
        "Question track-order?",
        "Question return-item?",
        "None of these",
    ]
    rasa.says(decision("chosen", "return-item"))
    (answer,) = await vera.presses("Question return-item?")
    assert rasa.asked[-1]["message"] == '/choose_entry{"entry": "return-item"}'
    assert (answer.kind, answer.faq_id) == ("answer", "return-item")
    pressed = (await vera.sees())[-2]
    assert (pressed.sender, pressed.text) == ("customer", "Question return-item?")


async def test_ids_of_buttons_tell_nothing(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(SUGGEST)
    (choices,) = await vera.says("order")
    ids = [c.id for c in choices.choices]
    assert len(set(ids)) == 3
    assert not any("order" in i or "/" in i or "return" in i for i in ids)
    assert "meaning" not in str(choices.as_json())


async def test_none_of_these_counts_as_a_failure(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(SUGGEST)
    await vera.says("order")
    rasa.says({"say": "rephrase"})
    await vera.presses("None of these")
    assert rasa.asked[-1]["message"] == "/none_of_these"
    await vera.says("and now")
    assert rasa.asked[-1]["metadata"]["failures"] == 1


async def test_an_older_entry_can_still_be_chosen(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(SUGGEST)
    await vera.says("order")
    rasa.says(NO_ANSWER, OFFER)
    await vera.says("blah")
    rasa.says(decision("chosen", "track-order"))
    (answer,) = await vera.presses("Question track-order?")
    assert answer.faq_id == "track-order"


async def test_an_older_question_of_the_bot_has_expired(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(SUGGEST)
    await vera.says("order")
    rasa.says(NO_ANSWER, OFFER)
    await vera.says("blah")
    with pytest.raises(BadInput, match="choice has expired"):
        await vera.presses("None of these")


async def test_a_button_expires_with_its_episode(
    vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says(NO_ANSWER, OFFER)
    await vera.says("blah")
    clock.forward(minutes=31)
    with pytest.raises(BadInput, match="choice has expired"):
        await vera.presses("No, thank you")


async def test_it_refuses_an_unknown_button(
    desk: Helpdesk, vera: Visitor, walt: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(SUGGEST)
    (choices,) = await vera.says("order")
    for choice in ("unknown", "", "/restart", choices.choices[0].id):
        with pytest.raises(BadInput, match="choice is unknown"):
            await desk.receive(walt.conversation, client_msg_id="m", choice=choice)
    assert len(await walt.sees()) == 1
