"""The faster lookup of events, against the real Rasa."""

from __future__ import annotations

import unittest
from unittest.mock import patch

from rasa.shared.core import events
from rasa.shared.core.events import Event, SlotSet, UserUttered

from bot.event_types import remember_types


class RememberedTypes(unittest.TestCase):
    def setUp(self) -> None:
        restored = patch.object(Event, "resolve_by_type", staticmethod(Event.resolve_by_type))
        restored.start()
        self.addCleanup(restored.stop)
        self.search = Event.resolve_by_type

    def test_it_finds_what_rasa_finds(self) -> None:
        remember_types(Event)
        for kind in events.rasa.shared.utils.common.all_subclasses(Event):
            for _ in range(2):
                self.assertIs(Event.resolve_by_type(kind.type_name), self.search(kind.type_name))

    def test_it_looks_once(self) -> None:
        with patch.object(Event, "resolve_by_type", side_effect=self.search) as search:
            remember_types(Event)
            for _ in range(3):
                self.assertIs(Event.resolve_by_type("user"), UserUttered)
        search.assert_called_once()

    def test_an_unknown_one_stays_unknown(self) -> None:
        remember_types(Event)
        self.assertIs(Event.resolve_by_type("later", SlotSet), SlotSet)
        self.assertIsNone(Event.resolve_by_type("topic"))
        with self.assertRaisesRegex(ValueError, "later"):
            Event.resolve_by_type("later")


if __name__ == "__main__":
    unittest.main()
