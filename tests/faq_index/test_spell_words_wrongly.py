"""A customer in a hurry hits the wrong keys and is understood all the same."""

from __future__ import annotations

import pytest

from faq_index.spelling import Spelling, count_words

LANGUAGE = {"track", "parcel", "boots", "boat", "take", "where", "delivery", "address", "size"}
FAQ = ["Track my parcel", "boots size", "forgot my pasword", "change delivery address"]


@pytest.fixture
def spelling() -> Spelling:
    return Spelling(count_words(FAQ), LANGUAGE.__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("how do i trak my parcle", "how do i track my parcel"),
        ("delivrey adress", "delivery address"),
        ("Paarcel", "parcel"),
    ],
)
def test_it_works(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.correct(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "boat",  # a word of its own, however near it is to boots
        "pasword",  # stands in the FAQ just so
        "xyzzy",  # near nothing
        "trk",  # too short to guess
        "注文のtrackはどこ",
        "",
    ],
)
def test_it_leaves_alone_what_is_no_slip(spelling: Spelling, typed: str) -> None:
    assert spelling.correct(typed) == typed


def test_a_slip_in_the_faq_is_never_taught_to_others(spelling: Spelling) -> None:
    assert spelling.correct("paswordd") == "paswordd"
