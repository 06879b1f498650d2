"""Both languages say everything, with the same placeholders, and nothing is left over."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from helpdesk import events, outcomes
from helpdesk.desk import RESOLUTIONS
from helpdesk.types import Reason, Role
from web_widget.staff import texts as module
from web_widget.staff.periods import NAMES
from web_widget.staff.texts import Texts, load_texts, preferred_language

STAFF = Path(module.__file__).parent
TEXTS = load_texts(ZoneInfo("Asia/Tokyo"))
SOURCES = [*STAFF.glob("*.py"), *STAFF.glob("templates/*.html"), *STAFF.glob("static/*.js")]
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Keys that are put together from a part and a value.
BUILT = re.compile(
    r"(language|month|role|problem|problem\.heading|state|reason|resolution|sender|outcome"
    r"|handed_off|group|event|figure|period|packet\.contact|packet\.rejected|inbox\.queue|reports"
    r"|wait\.(seconds|minutes)|duration|excluded|signal|gaps|deliveries|faqs|try|banners|better|team|ready_replies\.name"
    r"|time|flow|why|plan|audit|how|loyalty|mail|holdout|having|filter\.person)\."
)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_sentence_that_is_asked_for_is_there(language: str) -> None:
    asked = set(re.findall(r"\bt(?:exts)?\(\s*['\"]([\w.]+)['\"]\s*[,)]", SOURCE))
    asked |= set(re.findall(r"strings\[\"([\w.]+)\"\]", SOURCE))
    assert len(asked) > 60
    assert asked <= set(TEXTS[language].table)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_value_has_a_name(language: str) -> None:
    kinds = ("answer", "suggest", "no_answer", "chosen")
    plain = set(events.TYPES) - {"decided", "feedback"}
    needed = {
        *(f"reason.{reason}" for reason in get_args(Reason)),
        *(f"role.{role}" for role in get_args(Role)),
        *(f"resolution.{resolution}" for resolution in RESOLUTIONS),
        *(f"outcome.{name}" for name in outcomes.OUTCOMES),
        *(f"outcome.{name}.how" for name in outcomes.OUTCOMES),
        *(f"handed_off.{part}.how" for part in outcomes.PARTS),
        *(f"event.decided.{kind}" for kind in kinds),
        *(f"event.{event}" for event in plain),
        *(f"period.{name}" for name in NAMES),
        *(f"state.{state}" for state in ("bot", "waiting", "agent", "closed", "left", "cancelled")),
    }
    assert needed <= set(TEXTS[language].table)


def test_the_languages_have_the_same_sentences() -> None:
    english, japanese = TEXTS["en"].table, TEXTS["ja"].table
    assert list(english) == list(japanese)
    for key, sentence in english.items():
        assert set(PLACEHOLDER.findall(sentence)) == set(PLACEHOLDER.findall(japanese[key])), key


def test_no_sentence_is_left_over() -> None:
    unused = [key for key in TEXTS["en"].table if key not in SOURCE and not BUILT.match(key)]
    assert unused == []


def test_a_missing_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        TEXTS["en"]("no.such.sentence")


@pytest.mark.parametrize(
    ("minutes", "english", "japanese"),
    [
        (0.5, "just now", "たった今"),
        (-3, "just now", "たった今"),
        (1, "1 min", "1分"),
        (59.9, "59 min", "59分"),
        (60, "1 h 0 min", "1時間0分"),
        (200, "3 h 20 min", "3時間20分"),
        (3 * 1440, "3 days", "3日"),
    ],
)
def test_waiting_times_are_said_in_words(minutes: float, english: str, japanese: str) -> None:
    span = timedelta(minutes=minutes)
    assert (TEXTS["en"].duration(span), TEXTS["ja"].duration(span)) == (english, japanese)


def test_times_are_the_teams() -> None:
    now = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    yesterday = now - timedelta(hours=10)
    assert TEXTS["en"].moment(now, now) == "09:30"
    assert TEXTS["en"].moment(yesterday, now) == "Nov 22, 23:30"
    assert TEXTS["ja"].moment(yesterday, now) == "11月22日 23:30"
    assert TEXTS["ja"].day(date(2026, 3, 1)) == "2026年3月1日"


@pytest.mark.parametrize(
    ("header", "language"),
    [("ja", "ja"), ("ja-JP,en;q=0.8", "ja"), ("fr, en-GB", "en"), ("fr", "en"), ("", "en")],
)
def test_the_browser_chooses_the_language(header: str, language: str) -> None:
    assert preferred_language(header, ("en", "ja"), "en") == language


def test_an_unknown_default_is_replaced() -> None:
    assert preferred_language("fr", ("en", "ja"), "de") == "en"


def test_a_language_without_a_name_is_shown_by_its_code() -> None:
    texts: Texts = TEXTS["ja"]
    assert (texts.language_name("en"), texts.language_name("th")) == ("英語", "th")
