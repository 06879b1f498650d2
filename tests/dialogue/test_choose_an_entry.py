"""Buttons: one of the entries on offer, none of them, and the last answer once more."""

from __future__ import annotations

import pytest

from tests.dialogue.calls import Actions


async def test_it_works(actions: Actions) -> None:
    outcome = await actions.run(
        "action_choose_entry", intent="choose_entry", entities={"entry": "cancel-order"}
    )
    assert outcome.slots == {"decision": "answer"}
    decision = outcome.payloads[0]["decision"]
    assert decision["kind"] == "chosen"
    assert [c["faq_id"] for c in decision["candidates"]] == ["cancel-order"]
    assert decision["candidates"][0]["confidence"] is None  # nothing was searched


async def test_it_calls_a_person_when_the_entry_needs_one(actions: Actions) -> None:
    outcome = await actions.run("action_choose_entry", entities={"entry": "product-injury"})
    assert outcome.slots == {"decision": "person_required"}


@pytest.mark.parametrize("entry", ["never-existed", "winter-sale"])
@pytest.mark.parametrize(("failures", "decision"), [(0, "no_answer"), (1, "no_answer_again")])
async def test_it_has_no_answer_when_the_entry_is_gone(
    actions: Actions, entry: str, failures: int, decision: str
) -> None:
    outcome = await actions.run("action_choose_entry", entities={"entry": entry}, failures=failures)
    assert outcome.slots == {"decision": decision}
    assert outcome.payloads == [
        {"decision": {"kind": "no_answer", "language": "en", "candidates": []}}
    ]


@pytest.mark.parametrize(("failures", "failed_before"), [(0, False), (1, True), (2, True)])
async def test_none_of_these_counts_as_a_failure(
    actions: Actions, failures: int, failed_before: bool
) -> None:
    outcome = await actions.run("action_count_failure", intent="none_of_these", failures=failures)
    assert outcome.slots == {"failed_before": failed_before}


async def test_the_last_answer_is_shown_again(actions: Actions) -> None:
    outcome = await actions.run("action_repeat", intent="repeat", previous="track-order")
    assert outcome.payloads[0]["decision"]["kind"] == "answer"
    assert outcome.payloads[0]["decision"]["candidates"][0]["faq_id"] == "track-order"


@pytest.mark.parametrize("previous", [None, "never-existed", "winter-sale"])
async def test_there_may_be_nothing_to_repeat(actions: Actions, previous: str | None) -> None:
    outcome = await actions.run("action_repeat", intent="repeat", previous=previous)
    assert outcome.payloads == [{"say": "repeat_nothing"}]


@pytest.mark.parametrize(
    ("sent", "offered"),
    [("person", "person"), ("helped", "helped"), (None, "nothing"), ("tea", "nothing")],
)
async def test_yes_and_no_answer_what_was_asked_last(
    actions: Actions, sent: str | None, offered: str
) -> None:
    outcome = await actions.run("action_read_offer", "yes", intent="affirm", offered=sent)
    assert outcome.slots == {"offered": offered}
