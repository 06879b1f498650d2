"""A lead learns what makes her FAQ worse than it could be, and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from faq_index import Entry, Link, build_index
from faq_index.quality import Finding, findings, links_of
from tests.faq_index.fakes import TrigramEncoder, shop, shop_ja

TODAY = date(2026, 11, 25)


def entry(entry_id: str, *phrasings: str, answer: str = "Yes.", **more: object) -> Entry:
    facts: dict[str, object] = {"owner": "ops", "file": "en/a.yml", "line": 7} | more
    return Entry(
        entry_id, "en", "t", phrasings[0], answer, phrasings[1:], **facts  # type: ignore[arg-type]
    )  # fmt: skip


FINE = entry(
    "fine", "Do you sell kites?", "kites for sale", "buy a kite", "is there a kite in the shop"
)


def lint(*entries: Entry, **more: object) -> list[Finding]:
    index = build_index(entries, TrigramEncoder())
    return findings(index, today=TODAY, **more)  # type: ignore[arg-type]


def rules(*entries: Entry, **more: object) -> set[tuple[str, str]]:
    return {(found.rule, found.entry) for found in lint(*entries, **more)}


def test_a_good_entry_has_no_finding() -> None:
    assert lint(FINE) == []


def test_each_finding_names_its_place_and_what_to_do() -> None:
    (found,) = lint(replace(FINE, owner=None))
    assert str(found) == "en/a.yml:7: `fine` has no `owner`: name who keeps it right (no-owner)"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"also_asked": ("kites",)}, "few-phrasings"),
        ({"answer": "Fly it. " * 200}, "long-answer"),
        ({"answer": "a kite and " * 30 + "a string."}, "hard-to-read"),
        ({"answer": "凧を" * 60 + "。"}, "hard-to-read"),
        ({"valid_until": date(2026, 11, 24)}, "expired"),
        ({"review_by": date(2026, 11, 24)}, "review"),
        ({"owner": None}, "no-owner"),
    ],
)
def test_what_is_wrong_with_one_entry(changes: dict[str, object], rule: str) -> None:
    assert rules(replace(FINE, **changes)) == {(rule, "fine")}  # type: ignore[arg-type]


def test_the_last_day_is_not_over() -> None:
    assert lint(replace(FINE, valid_until=TODAY, review_by=TODAY)) == []


def test_what_nobody_saw() -> None:
    assert rules(FINE, shown={("fine", "ja")}) == {("never-shown", "fine")}
    assert rules(FINE, shown={("fine", "en")}) == set()


def test_a_phrasing_that_finds_another_entry() -> None:
    stolen = "where is my parcel right now"
    track = entry("track", "Where is my parcel?", "where is my parcel now", "parcel tracking", "a")
    other = entry("other", "Opening hours?", "when do you open", "opening time", stolen)
    (found,) = [each for each in lint(track, other) if each.rule == "finds-another"]
    assert found.entry == "other" and f"“{stolen}” would find `track`" in found.sentence


def test_entries_that_say_the_same_and_that_disagree() -> None:
    same = replace(FINE, id="same", also_asked=("a", "b", "c"))
    assert ("duplicate", "same") in rules(FINE, same)
    one = entry("one", "How much is a kite?", "q", "w", "e", answer="It costs 500 yen in shops.")
    two = entry(
        "two", "How much is a kite??", "r", "t", "y",
        answer="Delivery takes 3 days, and express 1 day, to all islands of the country.",
    )  # fmt: skip
    assert ("other-numbers", "two") in rules(one, two)
    assert ("other-numbers", "two") not in rules(one, replace(two, answer="500, as said before."))


def test_what_has_no_translation() -> None:
    index = build_index([*shop(), *shop_ja()], TrigramEncoder())
    missing = {
        (found.entry, found.language)
        for found in findings(index, today=TODAY, languages=("en", "ja"))
        if found.rule == "untranslated"
    }
    ids = {each.id for each in shop()}, {each.id for each in shop_ja()}
    assert missing == {(i, "en") for i in ids[0] - ids[1]} | {(i, "ja") for i in ids[1] - ids[0]}
    alone = findings(index, today=TODAY, languages=("en",))
    assert not [found for found in alone if found.rule == "untranslated"]


def test_every_link_is_asked_for_once() -> None:
    answer = "See [here](https://a.example/x) and https://b.example/y."
    one = replace(FINE, answer=answer, links=(Link("c", "https://a.example/x"),))
    two = replace(FINE, id="two", answer="mailto:a@b.example [c](tel:1)")
    assert {url: len(entries) for url, entries in links_of([one, two]).items()} == {
        "https://a.example/x": 1,
        "https://b.example/y": 1,
    }
