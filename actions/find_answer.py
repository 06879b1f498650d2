"""Questions: ask the index, say what it decided, and let the rules act on the slot `decision`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

from actions.base import DialogueAction, Reply
from actions.context import Context
from actions.protocol import decided
from faq_index import Answer, Decision, LiveIndex, Question, Suggest


class FindAnswer(DialogueAction):
    action_name = "action_find_answer"

    def __init__(self, live: LiveIndex, today: Callable[[], date]) -> None:
        self._live = live
        self._today = today

    async def reply(self, context: Context) -> Reply:
        question = Question(
            context.text, context.language, self._today(), context.previous, context.threshold
        )
        decision = await asyncio.to_thread(self._live.decide, question)
        offered = decision.entries if isinstance(decision, Suggest) else ()
        payload = decided(decision.kind, context.language, decision.candidates, offered)
        return Reply((payload,), {"decision": outcome(decision, context.failures)})


def outcome(decision: Decision, failures: int) -> str:
    """What the rules continue with; `failures` in a row before this question."""
    if isinstance(decision, Answer):
        return "person_required" if decision.entry.handoff == "always" else "answer"
    if isinstance(decision, Suggest):
        return "suggest"
    return "no_answer_again" if failures >= 1 else "no_answer"
