"""The working memory keeps what is needed and forgets the rest."""

from __future__ import annotations

import unittest
from typing import Any
from unittest.mock import patch

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot import tracker_store
from bot.tracker_store import BoundedTrackerStore

STARTED = (ActionExecuted("action_session_start"), SessionStarted())
LISTENS = ActionExecuted("action_listen")


def make_tracker(
    sender_id: str,
    messages: int = 1,
    form: str | None = None,
    listens: bool = True,
    begins_in_form: bool = False,
) -> Any:
    turn = (UserUttered("hello"), ActionExecuted("utter_greet"), LISTENS)
    began = (*STARTED, ActiveLoop("contact_form") if begins_in_form else None, LISTENS)
    events = [event for event in (*began, *turn * messages) if event]
    tracker = DialogueStateTracker.from_events(sender_id, events)
    if form or begins_in_form:
        tracker.update(ActiveLoop(form))
    if not listens:
        tracker.update(ActionExecuted("action_find_answer"))
    return tracker


class BoundedMemory(unittest.IsolatedAsyncioTestCase):
    def make_store(self, **limits: Any) -> BoundedTrackerStore:
        return BoundedTrackerStore(Domain.empty(), None, None, **limits)

    async def test_it_puts_a_conversation_back_to_its_start(self) -> None:
        store = self.make_store()
        await store.save(make_tracker("c1", messages=5))
        tracker = await store.retrieve("c1")
        assert tracker is not None
        self.assertEqual(list(tracker.events), [*STARTED, LISTENS])
        self.assertIsNone(tracker.latest_message.text)

    async def test_it_keeps_the_turns_of_a_form_in_progress(self) -> None:
        store = self.make_store()
        await store.save(make_tracker("c1", messages=5, form="contact_form"))
        tracker = await store.retrieve("c1")
        assert tracker is not None
        self.assertEqual(tracker.active_loop_name, "contact_form")
        self.assertEqual(tracker.latest_message.text, "hello")

    async def test_it_begins_anew_after_a_form_in_which_the_conversation_began(self) -> None:
        store = self.make_store()
        await store.save(make_tracker("c1", begins_in_form=True))
        self.assertIsNone(await store.retrieve("c1"))

    async def test_it_forgets_what_was_used_longest_ago(self) -> None:
        store = self.make_store(max_conversations=2)
        for sender_id in ("c1", "c2", "c1", "c3"):
            await store.save(make_tracker(sender_id))
        self.assertEqual(set(await store.keys()), {"c1", "c3"})

    async def test_it_forgets_what_is_old(self) -> None:
        store = self.make_store(max_minutes=60)
        with patch.object(tracker_store.time, "monotonic") as now:
            now.return_value = 1000.0
            await store.save(make_tracker("c1"))
            now.return_value = 1000.0 + 59 * 60
            await store.save(make_tracker("c2"))
            self.assertEqual(set(await store.keys()), {"c1", "c2"})
            now.return_value = 1000.0 + 61 * 60
            await store.save(make_tracker("c3"))
        self.assertEqual(set(await store.keys()), {"c2", "c3"})

    async def test_it_forgets_a_turn_that_broke_off(self) -> None:
        store = self.make_store()
        await store.save(make_tracker("c1"))
        await store.save(make_tracker("c1", listens=False))
        self.assertIsNone(await store.retrieve("c1"))


if __name__ == "__main__":
    unittest.main()
