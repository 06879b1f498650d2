from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, validate

from helpdesk import packet
from helpdesk.desk import Helpdesk
from tests.conftest import ROOT
from tests.helpdesk.fakes import (
    ANSWER,
    HANDOFF,
    NO_ANSWER,
    OFFER,
    SUGGEST,
    FakeClock,
    FakeLive,
    FakeRasa,
    Visitor,
    open_widget,
)

SCHEMA = json.loads((ROOT / "docs" / "handoff-packet.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _every_packet_is_as_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    compose = packet.compose

    def checked(*given: Any) -> dict[str, Any]:
        made = compose(*given)
        validate(made, SCHEMA, Draft202012Validator)
        return made

    monkeypatch.setattr(packet, "compose", checked)


async def test_it_works(desk: Helpdesk, vera: Visitor, rasa: FakeRasa) -> None:
    rasa.says(SUGGEST)
    await vera.says("order")
    rasa.says({"say": "rephrase"})
    await vera.presses("None of these")
    rasa.says(NO_ANSWER, OFFER)
    await vera.says("How do I send it back?")
    rasa.says(HANDOFF)
    await vera.presses("Talk to a person")
    packet = await desk.handoff_packet(vera.id)
    (row,) = await desk.inbox()
    assert packet["version"] == 1
    assert packet["conversation"] == {
        "id": vera.id,
        "site": "shop",
        "language": "en",
        "page": "https://shop.example/cart",
        "state": "waiting",
        "created_at": "2026-11-23T01:00:00.000Z",
        "customer": None,
    }
    assert packet["handoff"] == {
        "id": row.handoff_id,
        "kind": "chat",
        "state": "waiting",
        "reason": "low_confidence",
        "reference": row.reference,
        "waiting_since": "2026-11-23T01:00:00.000Z",
        "claimed_at": None,
        "resolution": None,
    }
    assert packet["question"] == "How do I send it back?"
    assert packet["candidates"] == [
        {
            "faq_id": "return-item",
            "confidence": 0.9,
            "phrasing": "p",
            "signals": {},
            "question": "Question return-item?",
        }
    ]
    assert [item["faq_id"] for item in packet["rejected"]] == ["track-order", "return-item"]
    assert packet["rejected"][0]["how"] == "none_of_these"
    assert [m["seq"] for m in packet["transcript"]] == list(range(1, 10))
    assert packet["earlier_episodes"] == []
    assert packet["contact"] is None


async def test_the_draft_is_the_best_answer_not_rejected(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(ANSWER)
    (answer,) = await vera.says("Where is my order?")
    await desk.ask_for_person(vera.conversation)
    packet = await desk.handoff_packet(vera.id)
    assert packet["draft_reply"] == {"faq_id": "track-order", "text": "Answer *track-order*."}
    await desk.feedback(vera.conversation, answer.seq, False)
    packet = await desk.handoff_packet(vera.id)
    assert packet["draft_reply"]["faq_id"] == "return-item"
    assert packet["rejected"] == [
        {"faq_id": "track-order", "how": "not_helpful", "question": "Question track-order?"}
    ]


async def test_a_changed_mind_rejects_nothing(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(ANSWER)
    (answer,) = await vera.says("Where is my order?")
    await desk.feedback(vera.conversation, answer.seq, False)
    await desk.feedback(vera.conversation, answer.seq, True)
    await desk.ask_for_person(vera.conversation)
    assert (await desk.handoff_packet(vera.id))["rejected"] == []


async def test_what_was_typed_against_an_answer_counts(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa
) -> None:
    rasa.says(ANSWER)
    await vera.says("Where is my order?")
    rasa.says({"say": "not_helpful", "record": "not_helpful", "choices": ["person"]})
    await vera.says("no")
    rasa.says(HANDOFF)
    await vera.says("yes")
    packet = await desk.handoff_packet(vera.id)
    assert packet["handoff"]["reason"] == "not_helpful"
    assert [item["faq_id"] for item in packet["rejected"]] == ["track-order"]


async def test_it_knows_earlier_contacts_of_the_same_visitor(
    desk: Helpdesk, vera: Visitor, walt: Visitor, rasa: FakeRasa, clock: FakeClock
) -> None:
    rasa.says(ANSWER)
    await vera.says("Where is my order?")
    await walt.says("Something of his own")
    clock.forward(days=1)
    again = await open_widget(desk, visitor="browser-vera")
    await again.says("Still not here")
    await desk.ask_for_person(again.conversation)
    (earlier,) = (await desk.handoff_packet(again.id))["earlier_episodes"]
    assert earlier["conversation_id"] == vera.id
    assert earlier["question"] == "Where is my order?"
    assert earlier["outcome"] == "assumed"


async def test_an_unknown_visitor_has_the_episodes_of_this_conversation(
    desk: Helpdesk, rasa: FakeRasa, clock: FakeClock
) -> None:
    nobody = await open_widget(desk)
    rasa.says(ANSWER)
    await nobody.says("Where is my order?")
    clock.forward(hours=1)
    await desk.ask_for_person(nobody.conversation)
    packet = await desk.handoff_packet(nobody.id)
    assert len(packet["earlier_episodes"]) == 1


async def test_an_entry_that_is_gone_has_no_question(
    desk: Helpdesk, vera: Visitor, rasa: FakeRasa, live: FakeLive
) -> None:
    rasa.says(NO_ANSWER, OFFER)
    await vera.says("blah")
    await desk.ask_for_person(vera.conversation)
    live.current.forget("return-item")
    packet = await desk.handoff_packet(vera.id)
    assert packet["candidates"][0]["question"] is None
    assert packet["draft_reply"] is None
