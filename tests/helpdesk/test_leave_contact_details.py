"""Outside opening hours nobody can chat, so the dialogue takes contact details."""

from __future__ import annotations

import pytest

from helpdesk.desk import Helpdesk
from helpdesk.types import Staff
from tests.helpdesk.fakes import FakeClock, FakeRasa, Visitor

ASK_NAME = {"form": "contact_name", "say": "ask_contact_name"}
ASK_EMAIL = {"form": "contact_email", "say": "ask_contact_email"}
CONTACT = {"name": "Vera", "email": "vera@example.com", "message": "Please call"}


@pytest.fixture
def clock() -> FakeClock:
    clock = FakeClock()
    clock.forward(hours=10)  # Monday 20:00 in Tokyo
    return clock


async def test_it_works(desk: Helpdesk, vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says({"say": "off_hours"}, ASK_NAME)
    assert await desk.ask_for_person(vera.conversation) == {"state": "bot"}
    await desk.idle()
    assert rasa.asked[-1]["message"] == "/ask_for_person"
    assert rasa.asked[-1]["metadata"]["staffed"] is False
    _, asked, hours, form = await vera.sees()
    assert (asked.sender, asked.text) == ("customer", "Talk to a person")
    assert "tomorrow at 9:00" in hours.text
    assert (form.kind, [c.label for c in form.choices]) == ("form", ["Cancel"])

    rasa.says(ASK_EMAIL)
    await vera.says("Vera")
    assert rasa.asked[-1]["metadata"]["form"] == "contact_name"
    rasa.says({"contact": CONTACT, "say": "contact_saved"})
    (saved,) = await vera.says("vera@example.com")
    (row,) = await desk.inbox()
    assert row.reference in saved.text
    assert (row.kind, row.contact_name, row.reason) == ("message", "Vera", "asked_for_person")
    assert await vera.state() == "bot"
    packet = await desk.handoff_packet(vera.id)
    assert packet["contact"] == CONTACT


async def test_a_wrong_detail_is_explained(vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(ASK_EMAIL | {"problem": "bad_contact_email"})
    (said,) = await vera.says("nonsense")
    assert said.text.startswith("That does not look like an e-mail address.\n")
    assert said.text.endswith("reach you at?")


async def test_an_impatient_press_is_not_a_second_message(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(ASK_NAME)
    for _ in range(3):
        await desk.ask_for_person(vera.conversation)
    await desk.idle()
    await desk.ask_for_person(vera.conversation)
    assert len(rasa.asked) == 1


async def test_a_form_left_alone_does_not_block_her_tomorrow(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says(ASK_NAME)
    await desk.ask_for_person(vera.conversation)
    await desk.idle()
    clock.forward(hours=2)
    await desk.ask_for_person(vera.conversation)
    await desk.idle()
    assert len(rasa.asked) == 2


async def test_without_rasa_she_is_handed_over_and_told_when(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.mode = "refusal"
    await desk.ask_for_person(vera.conversation)
    await desk.idle()
    said = (await vera.sees())[-1]
    assert "tomorrow at 9:00" in said.text
    assert "minutes" not in said.text
    assert await vera.state() == "waiting"
    (row,) = await desk.inbox()
    assert row.kind == "chat"


async def test_ana_takes_a_message_and_closes_it(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, ana: Staff
) -> None:
    rasa.says({"contact": CONTACT, "say": "contact_saved"})
    await vera.says("Please call")
    row = await desk.claim(vera.id, ana)
    assert (row.kind, row.state, row.agent_name) == ("message", "agent", "Ana")
    await desk.release(vera.id, ana)
    assert await vera.state() == "bot"
    row = await desk.close(vera.id, ana, "answered_elsewhere")
    assert row.state == "closed"
    assert await vera.state() == "bot"


async def test_a_message_is_not_given_up(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says({"contact": CONTACT, "say": "contact_saved"})
    await vera.says("Please call")
    clock.forward(days=3)
    assert await desk.close_unattended() == 0
    assert len(await desk.inbox()) == 1


async def test_it_counts_as_handed_off(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says({"say": "off_hours"}, ASK_NAME)
    await vera.says("I want a person")
    day = clock.now.date()
    clock.forward(hours=1)
    (row,) = await desk.reports.episodes(day, day)
    assert (row.outcome, row.part) == ("handed_off", "unattended")
