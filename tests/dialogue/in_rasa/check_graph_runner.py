"""The planned run of the trained graph's components, against Rasa's own."""

from __future__ import annotations

import unittest
from typing import Any
from unittest.mock import Mock

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.graph_runner import PlannedGraphRunner


class Adds(GraphComponent):  # type: ignore[misc]
    ran: list[str] = []

    def __init__(self, name: str) -> None:
        self._name = name

    @classmethod
    def create(cls, config: dict[str, Any], **_: Any) -> Adds:
        return cls(config["name"])

    def add(self, one: int, other: int = 0) -> int:
        self.ran.append(self._name)
        return one + other


def node(name: str, needs: dict[str, str], **more: bool) -> SchemaNode:
    return SchemaNode(needs, Adds, "create", "add", {"name": name}, eager=True, **more)


SCHEMA = GraphSchema(
    {
        "last": node("last", {"one": "left", "other": "right"}, is_target=True),
        "left": node("left", {"one": "given"}),
        "right": node("right", {"one": "given", "other": "left"}),
        "unused": node("unused", {"one": "given"}),
    }
)


class PlannedRuns(unittest.TestCase):
    def setUp(self) -> None:
        context = ExecutionContext(SCHEMA)
        self.planned = PlannedGraphRunner.create(SCHEMA, Mock(), context)
        self.original = DaskGraphRunner.create(SCHEMA, Mock(), context)
        Adds.ran = []

    def test_it_finds_what_rasa_finds(self) -> None:
        for given in (1, 5):
            for targets in (None, ["right"], ["left", "last"], ["given", "left"]):
                found = self.planned.run({"given": given}, targets)
                self.assertEqual(found, self.original.run({"given": given}, targets))

    def test_it_runs_what_is_needed_and_once(self) -> None:
        self.planned.run({"given": 1})
        self.assertEqual(Adds.ran, ["left", "right", "last"])

    def test_a_missing_or_misnamed_input_is_told(self) -> None:
        for inputs in ({}, {"given": 1, "left": 2}):
            with self.assertRaises(GraphRunError):
                self.planned.run(inputs)


if __name__ == "__main__":
    unittest.main()
