"""The dialogues of `tests/dialogues`: a question, what answers it, and what is asked then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from faq_index import Decision, FaqIndex, Suggest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("follow_ups", "stand_alone", "without_answer")
HALVES = ("tuned_on", "measured_on")
OUTCOMES = ("right", "offered", "wrong", "offered wrongly", "refused")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """`expect` holds the entries that answer `then`; empty when none does."""

    language: str
    half: str
    part: str
    ask: str
    answered: str
    then: str
    expect: frozenset[str]


def read_dialogues(language: str) -> list[Dialogue]:
    raw = YAML(typ="safe").load(ROOT / "tests" / "dialogues" / f"{language}.yml")
    return [
        Dialogue(
            language,
            half,
            part,
            row["ask"],
            row["answered"],
            row["then"],
            frozenset(row.get("expect", ())),
        )
        for half in HALVES
        for part in PARTS
        for row in raw[half][part]
    ]


def outcome(decision: Decision, expect: frozenset[str]) -> str:
    """One of OUTCOMES; with nothing expected, whatever is answered or offered is wrong."""
    if decision.kind == "answer":
        return "right" if decision.candidates[0].entry.id in expect else "wrong"
    if isinstance(decision, Suggest):
        fits = expect.intersection(entry.id for entry in decision.entries)
        return "offered" if fits else "offered wrongly"
    return "refused"


def outcomes(
    index: FaqIndex, dialogues: Sequence[Dialogue], *, in_context: bool = True
) -> list[str]:
    """What became of the second question of each, with or without the first."""
    return [
        outcome(
            index.decide(each.then, each.language, previous=each.answered if in_context else None),
            each.expect,
        )
        for each in dialogues
    ]
