"""A made-up FAQ of any size whose right answers are known, for every measurement."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

from faq_index import Entry

VERBS = [
    "cancel",
    "renew",
    "upgrade",
    "transfer",
    "pause",
    "share",
    "insure",
    "repair",
    "replace",
    "return",
    "export",
    "lock",
    "rename",
    "extend",
    "verify",
    "merge",
    "delay",
    "print",
    "gift",
    "split",
]
THINGS = [
    "subscription",
    "warranty",
    "tent",
    "parcel",
    "invoice",
    "gift card",
    "account",
    "booking",
    "backpack",
    "stove",
    "membership",
    "coupon",
    "receipt",
    "helmet",
    "rental",
    "deposit",
    "address",
    "password",
    "jacket",
    "order",
    "catalogue",
    "kayak",
    "ticket",
    "compass",
    "lantern",
    "voucher",
    "sleeping bag",
    "profile",
    "water filter",
    "locker",
    "trip",
    "headlamp",
    "licence",
    "bicycle",
    "statement",
    "harness",
    "permit",
    "climbing rope",
    "newsletter",
    "battery",
    "map",
    "photo book",
    "wish list",
    "snowboard",
    "refund",
    "loyalty card",
    "boots",
    "cooler",
    "hammock",
    "whistle",
]
# Of one thing, many kinds: the first is none, so that a small corpus knows no kinds.
KINDS = ("", *(
    f"{colour} {use} " for colour in (
        "red", "blue", "green", "black", "white", "grey", "yellow", "orange", "purple", "brown"
    ) for use in (
        "winter", "summer", "family", "junior", "senior", "racing", "travel", "alpine", "coastal",
        "desert", "city", "forest", "island", "night", "weekend", "school", "hotel", "airport",
        "harbour", "mountain",
    )
))  # fmt: skip
SHAPES = (
    "How do I {verb} my {thing}?",
    "{verb} {thing}",
    "I want to {verb} the {thing} I have",
    "is it possible to {verb} a {thing}",
    "need help to {verb} my {thing} please",
)
ASKED = "can you tell me how to {verb} my {thing}"  # what customers ask: no phrasing of the FAQ


@dataclass(frozen=True)
class Row:
    """One entry: its id, its phrasings, and a question that only it answers."""

    id: str
    phrasings: tuple[str, ...]
    asked: str


def rows(phrasings: int) -> list[Row]:
    """Entries with five phrasings each, `phrasings` in all (at most a million)."""
    kinds = islice(product(KINDS, THINGS, VERBS), phrasings // len(SHAPES))
    pairs = ((kind + thing, verb) for kind, thing, verb in kinds)
    return [
        Row(
            f"{verb}-{thing.replace(' ', '-')}",
            tuple(shape.format(verb=verb, thing=thing) for shape in SHAPES),
            ASKED.format(verb=verb, thing=thing),
        )
        for thing, verb in pairs
    ]


def answer_of(row: Row) -> str:
    """The text a customer gets; it names the entry, so that a wrong answer is noticed."""
    return f"Here is what to do about {row.id}."


def entry_of(row: Row) -> Entry:
    first, *others = row.phrasings
    return Entry(row.id, "en", "Benchmark", first, answer_of(row), tuple(others))


def write_faq(folder: Path, entries: list[Row]) -> None:
    """The same entries as FAQ files of the product, 500 to a file."""
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(entries), 500):
        lines = ["language: en", "topic: Benchmark", "faqs:"]
        for row in entries[start : start + 500]:
            first, *others = row.phrasings
            lines += [f"  - id: {row.id}", f'    question: "{first}"', "    also_asked:"]
            lines += [f'      - "{other}"' for other in others]
            lines += [f'    answer: "{answer_of(row)}"']
        (folder / f"bench-{start}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
