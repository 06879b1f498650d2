"""A team calls its entries by words, and these words help to find them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from faq_index import Entry, build_index
from faq_index.difference import Facts
from faq_index.names import names_of
from faq_index.quality import findings
from tests.faq_index.fakes import SHOP, TrigramEncoder, make_entry, shop, shop_ja


def called(id: str) -> list[Entry]:
    """A shop with an entry whose id alone says that it is about a lost card."""
    plastic = make_entry(id, "I cannot find my plastic anywhere", "it is gone", answer="Call us.")
    return [*shop(), plastic]


def test_words_that_only_an_id_holds_find_the_entry() -> None:
    named = build_index(called("lost-card"), TrigramEncoder()).decide("my card is lost", "en")
    coded = build_index(called("e17"), TrigramEncoder()).decide("my card is lost", "en")
    assert named.candidates[0].entry.id == "lost-card"
    assert coded.candidates[0].entry.id != "e17"


@pytest.mark.parametrize(
    ("id", "name"),
    [("lost-card", "lost card"), ("OFFERS_AND_REFERRALS", "offers and referrals"),
     ("cardArrival", "card arrival"), ("100_night_trial", "night trial"), ("atm", "atm"),
     ("covid19-test-results", "test results"), ("q", ""), ("no", ""), ("ks17", ""), ("42", ""),
     ("a1b2c3-cafe-09f8", ""), ("6f9619ff-8b86-d011-b42d-00cf4fc964ff", "")],
)  # fmt: skip
def test_an_id_is_read_where_it_is_words(id: str, name: str) -> None:
    assert names_of([make_entry(id, "How?")]) == [name]


def test_what_tells_no_entry_from_another_is_not_read() -> None:
    numbered = [make_entry(f"faq-{number}", f"Question {number}?") for number in range(3)]
    assert names_of(numbered) == ["", "", ""]
    other = make_entry("other", "Track order!")
    assert names_of([make_entry("track-order"), other]) == ["", "other"]
    assert names_of(shop_ja()) == [""] * len(shop_ja())


def test_what_entries_are_called_teaches_how_sure_to_be() -> None:
    coded = [replace(entry, id=f"e{place}") for place, entry in enumerate(shop())]
    named, unnamed = (
        build_index(entries, TrigramEncoder()).partitions["en"].model.taught
        for entries in (shop(), coded)
    )
    assert len(named.answerable) == len(unnamed.answerable) + len(SHOP)
    assert len(named.unanswerable) == len(unnamed.unanswerable) + len(SHOP)


def test_what_an_entry_is_called_is_no_question_of_the_faq() -> None:
    named = build_index(shop(), TrigramEncoder())
    exact, by_name = (named.decide(text, "en") for text in ("Track my parcel", "Refund time"))
    assert exact.candidates[0].signals["exact"] == 1.0
    assert by_name.candidates[0].entry.id == "refund-time"
    assert "exact" not in by_name.candidates[0].signals


def test_nobody_is_told_to_reword_what_an_entry_is_called() -> None:
    swapped = {"refund-time": "opening-hours", "opening-hours": "refund-time"}
    entries = [make_entry(id, *SHOP[swapped.get(id, id)]) for id in SHOP]
    found = findings(build_index(entries, TrigramEncoder()), today=date(2026, 1, 1))
    assert not [each for each in found if "“refund time”" in each.sentence]


def test_what_was_met_is_not_remembered_of_an_entry_that_is_called_otherwise() -> None:
    before = build_index(called("lost-card"), TrigramEncoder()).partitions["en"]
    other = make_entry("other", "Lost card")
    after = build_index([*called("lost-card"), other], TrigramEncoder()).partitions["en"]
    place = len(SHOP)
    assert before.entries[place] == after.entries[place]
    facts = [Facts.of(each, np.ones(len(each.entries), bool)) for each in (before, after)]
    assert facts[0].entries[place] != facts[1].entries[place]
    assert facts[0].entries[:place] == facts[1].entries[:place]
