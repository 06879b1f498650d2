"""A question finds its answer, a choice, or nothing."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from actions.executor import build_executor
from faq_index import Decision
from tests.dialogue.calls import TODAY, Actions


async def test_it_works(actions: Actions) -> None:
    outcome = await actions.run("action_find_answer", "where is my parcel")
    assert outcome.slots == {"decision": "answer"}
    assert outcome.payloads == [
        {
            "decision": {
                "kind": "answer",
                "language": "en",
                "candidates": [
                    {
                        "faq_id": "track-order",
                        "confidence": 0.9,
                        "phrasing": "How about track-order?",
                        "signals": {"dense": 0.81},
                    },
                    {
                        "faq_id": "cancel-order",
                        "confidence": 0.05,
                        "phrasing": "How about cancel-order?",
                        "signals": {"dense": 0.81},
                    },
                ],
            }
        }
    ]


async def test_it_asks_the_index_with_all_that_is_known(actions: Actions) -> None:
    await actions.run("action_find_answer", "荷物は", language="ja", previous="cancel-order")
    assert actions.live.current.asked == [("荷物は", "ja", "cancel-order", TODAY)]


async def test_it_offers_entries_when_several_may_be_meant(actions: Actions) -> None:
    outcome = await actions.run("action_find_answer", "my order")
    assert outcome.slots == {"decision": "suggest"}
    assert outcome.payloads[0]["decision"]["offered"] == ["cancel-order", "track-order"]


@pytest.mark.parametrize(
    ("failures", "decision"), [(0, "no_answer"), (1, "no_answer_again"), (4, "no_answer_again")]
)
async def test_it_tells_the_second_failure_from_the_first(
    actions: Actions, failures: int, decision: str
) -> None:
    outcome = await actions.run("action_find_answer", "unicorns", failures=failures)
    assert outcome.slots == {"decision": decision}
    assert outcome.payloads[0]["decision"]["kind"] == "no_answer"
    assert outcome.payloads[0]["decision"]["candidates"][0]["faq_id"] == "track-order"


async def test_it_calls_a_person_for_an_entry_that_needs_one(actions: Actions) -> None:
    outcome = await actions.run("action_find_answer", "the stove hurt me")
    assert outcome.slots == {"decision": "person_required"}
    assert outcome.payloads[0]["decision"]["kind"] == "answer"


async def test_it_does_not_hold_up_other_conversations(
    actions: Actions, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    decide = actions.live.current.decide

    def slow(question: str, language: str, **known: Any) -> Decision:
        assert go_on.wait(5)
        return decide(question, language, **known)

    monkeypatch.setattr(actions.live.current, "decide", slow)
    asked = asyncio.create_task(actions.run("action_find_answer", "where is my parcel"))
    await asyncio.sleep(0.05)
    assert not asked.done()
    go_on.set()
    assert (await asked).slots == {"decision": "answer"}


async def test_it_fails_loudly_without_the_metadata_of_the_app(actions: Actions) -> None:
    call = {
        "next_action": "action_find_answer",
        "tracker": {"sender_id": "c1", "slots": {}, "latest_message": {"text": "hi"}},
        "domain": {},
    }
    with pytest.raises(KeyError, match="language"):
        await build_executor(actions.live).run(call)  # type: ignore[arg-type]
