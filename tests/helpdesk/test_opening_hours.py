from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from helpdesk.hours import OpeningHours
from helpdesk.settings import DeskSettings
from tests.helpdesk.conftest import Office
from tests.helpdesk.fakes import FakeClock, FakeRasa, open_widget

TOKYO = ZoneInfo("Asia/Tokyo")
WEEK = "Mon-Fri 09:00-18:00; Sat 10:00-16:00"


def tokyo(day: int, clock: str) -> datetime:
    """A time of the week of Monday, 23 November 2026."""
    hour, minute = clock.split(":")
    return datetime(2026, 11, 22 + day, int(hour), int(minute), tzinfo=TOKYO).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "clock", "is_open"),
    [
        (1, "8:59", False),
        (1, "9:00", True),
        (5, "17:59", True),
        (5, "18:00", False),
        (6, "10:00", True),
        (6, "16:00", False),
        (7, "12:00", False),
    ],
)
def test_it_works(day: int, clock: str, is_open: bool) -> None:
    assert OpeningHours.parse(WEEK, TOKYO).is_open(tokyo(day, clock)) is is_open


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (tokyo(1, "6:00"), tokyo(1, "9:00")),
        (tokyo(1, "20:00"), tokyo(2, "9:00")),
        (tokyo(6, "17:00"), tokyo(8, "9:00")),
        (tokyo(3, "12:00"), tokyo(3, "12:00")),
    ],
)
def test_it_knows_the_next_opening(now: datetime, opens: datetime) -> None:
    assert OpeningHours.parse(WEEK, TOKYO).opens_at(now) == opens


HOLIDAYS = WEEK + "; closed 2026-12-29 to 2027-01-03, 2027-02-11; 2026-12-28 09:00-12:00"


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-12-28T11:59", True),
        ("2026-12-28T12:00", False),
        ("2026-12-29T10:00", False),
        ("2027-01-01T10:00", False),
        ("2027-01-04T10:00", True),
        ("2027-02-11T10:00", False),
        ("2027-02-12T10:00", True),
    ],
)
def test_holidays_are_closed_and_a_day_may_have_hours_of_its_own(at: str, is_open: bool) -> None:
    hours = OpeningHours.parse(HOLIDAYS, TOKYO)
    assert hours.is_open(datetime.fromisoformat(at).replace(tzinfo=TOKYO)) is is_open


def test_it_opens_after_the_holidays() -> None:
    asked = datetime(2026, 12, 28, 13, 0, tzinfo=TOKYO)
    assert OpeningHours.parse(HOLIDAYS, TOKYO).opens_at(asked) == datetime(
        2027, 1, 4, 9, 0, tzinfo=TOKYO
    )
    closed = OpeningHours.parse("always; closed 2027-01-01", TOKYO)
    new_year = datetime(2027, 1, 1, 8, 0, tzinfo=TOKYO)
    assert not closed.is_open(new_year)
    assert closed.opens_at(new_year) == datetime(2027, 1, 2, tzinfo=TOKYO)


def test_a_site_may_be_open_in_a_zone_of_its_own() -> None:
    hours = OpeningHours.parse("Mon-Fri 09:00-18:00; zone Europe/London", TOKYO)
    assert hours.is_open(datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Europe/London")))
    assert not hours.is_open(tokyo(1, "9:30"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("always; Mon 09:00-10:00", "must be 'always' or like"),
        ("closed 2026-12-29", "must be 'always' or like"),
        ("always; closed 2026-02-30", "must name days of the calendar"),
        ("always; closed 2027-01-03 to 2027-01-01", "must end after they start"),
        ("always; closed 2027-01-01 to 2029-01-01", "within a year"),
        ("always; 2026-12-28 25:00-26:00", "by 24:00"),
        ("always; 2026-12-28", "must look like"),
        ("always; zone Nowhere/City", "must name a zone"),
    ],
)
def test_a_holiday_that_is_none_is_told(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        OpeningHours.parse(text, TOKYO)


def test_always_is_always() -> None:
    assert OpeningHours.parse(" Always ", TOKYO).is_open(tokyo(7, "3:00"))


def test_a_week_may_wrap_and_days_may_be_listed() -> None:
    hours = OpeningHours.parse("Sat-Mon 00:00-24:00; Wed,Fri 10:00-11:00", TOKYO)
    assert [hours.is_open(tokyo(day, "23:59")) for day in range(1, 8)] == [
        True, False, False, False, False, True, True,
    ]  # fmt: skip
    assert hours.is_open(tokyo(3, "10:30"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "opening hours are ''"),
        ("daily", "'daily' must look like"),
        ("Mon 9-18", "'Mon 9-18' must look like"),
        ("Mo 09:00-18:00", "must name days as Mon, Tue"),
        ("Mon-Tue-Wed 09:00-18:00", "must name days"),
        ("Mon 18:00-09:00", "must end after they start"),
        ("Mon 09:00-24:01", "must end after they start"),
        ("Mon 09:60-18:00", "must end after they start"),
    ],
)
def test_it_quotes_what_it_does_not_understand(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        DeskSettings(opening_hours=text)


@pytest.mark.parametrize(
    ("now", "language", "words"),
    [
        (tokyo(1, "6:30"), "en", "today at 9:00"),
        (tokyo(1, "20:00"), "en", "tomorrow at 9:00"),
        (tokyo(6, "17:00"), "en", "on Monday at 9:00"),
        (tokyo(1, "6:30"), "ja", "担当者は本日9:00から"),
        (tokyo(6, "17:00"), "ja", "担当者は月曜日の9:00から"),
    ],
)
async def test_customers_are_told_when(
    office: Office, rasa: FakeRasa, clock: FakeClock, now: datetime, language: str, words: str
) -> None:
    desk = office.desk(opening_hours=WEEK)
    clock.now = now
    visitor = await open_widget(desk, language=language)
    rasa.says({"say": "off_hours"})
    (said,) = await visitor.says("I want a person")
    assert words in said.text


def test_the_default_language_must_be_spoken() -> None:
    with pytest.raises(ValueError, match="default_language is 'fr'"):
        DeskSettings(default_language="fr")
