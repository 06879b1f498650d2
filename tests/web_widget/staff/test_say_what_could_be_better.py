"""What could be better about the FAQ is said whole in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from faq_index import Entry, build_index
from faq_index.quality import Finding, findings
from tests.faq_index.fakes import TrigramEncoder
from web_widget.staff.better_view import better_view
from web_widget.staff.texts import load_texts

TEXTS = load_texts(ZoneInfo("Asia/Tokyo"))
TODAY = date(2026, 11, 25)
ANSWER = "Fly it at the beach. " * 80 + "a kite and " * 30 + "a string."
STOLEN = "where is my parcel right now"
PRICE = "How much is a kite?"


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    """At least one of every rule but those of links, which only the command line asks for."""
    index = build_index(
        [
            make("track", "Where is my parcel?", "where is my parcel now", "parcel tracking"),
            make("other", "Opening hours?", "when do you open", "opening time", STOLEN),
            make("long", "Can I fly a kite here?", answer=ANSWER, valid_until=date(2026, 11, 1)),
            make("again", "May I fly a kite?", answer=ANSWER, review_by=date(2026, 11, 1)),
            make("price", PRICE, answer="It costs 500 yen in our shops."),
            make("cost", f"{PRICE}?", answer="Delivery to all islands takes 3 days, express 1."),
            make("track", "荷物はどこですか", answer="お荷物は" * 40 + "。", language="ja"),
        ],
        TrigramEncoder(),
    )
    shown = {("other", "en")}
    return findings(index, today=TODAY, languages=("en", "ja"), shown=shown)


def make(id: str, question: str, *also_asked: str, answer: str = "Yes.", **more: Any) -> Entry:
    entry = Entry(id, "en", "Shop", question, answer, file="en/a.yml", line=7)
    return replace(entry, also_asked=also_asked, **more)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_rule_has_its_sentence(found: list[Finding], language: str) -> None:
    groups = dict(better_view(found, TEXTS[language]))
    rules = {
        key.removeprefix("better.rule.")
        for key in TEXTS[language].table
        if key.startswith("better.rule.")
    }
    assert rules == set(groups)
    for rows in groups.values():
        for row in rows:
            assert row["says"] and not re.search("[{}]|None", row["says"]), row
            assert row["place"] == "en/a.yml:7"
            if language == "ja":
                assert re.search("[\u3041-\u3096]", row["says"])


def test_the_questions_that_another_entry_takes_are_named(found: list[Finding]) -> None:
    rows = dict(better_view(found, TEXTS["ja"]))["finds-another"]
    (row,) = [each for each in rows if each["entry"] == "other"]
    assert row["says"].startswith(f"「{STOLEN}」と聞くと「track」が見つかります。")
