"""Entries that are named, not searched for: chosen from buttons, or shown once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from actions.base import DialogueAction, Reply
from actions.context import Context
from actions.protocol import decided, named, said
from faq_index import Entry, LiveIndex


class NamedEntry(DialogueAction):
    def __init__(self, live: LiveIndex, today: Callable[[], date]) -> None:
        self._live = live
        self._today = today

    def find(self, entry_id: str | None, language: str) -> Entry | None:
        """None also for an entry that has been withdrawn or is not valid today."""
        entry = self._live.current.entry(entry_id, language) if entry_id else None
        return entry if entry and entry.is_valid(self._today()) else None


class ChooseEntry(NamedEntry):
    """The entry of the button that was pressed. It may have gone since it was offered."""

    action_name = "action_choose_entry"

    async def reply(self, context: Context) -> Reply:
        entry = self.find(context.entities.get("entry"), context.language)
        if entry is None:
            again = "no_answer_again" if context.failures >= 1 else "no_answer"
            return Reply((decided("no_answer", context.language, ()),), {"decision": again})
        outcome = "person_required" if entry.handoff == "always" else "answer"
        return Reply((named("chosen", context.language, entry),), {"decision": outcome})


class Repeat(NamedEntry):
    """The answer given last, once more."""

    action_name = "action_repeat"

    async def reply(self, context: Context) -> Reply:
        entry = self.find(context.previous, context.language)
        if entry is None:
            return Reply((said("repeat_nothing"),))
        return Reply((named("answer", context.language, entry),))
