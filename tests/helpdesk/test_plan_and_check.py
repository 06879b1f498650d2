"""A manager assumes, aims, tries and audits, and is told no more than the numbers say."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.audit import WANTED, corrected
from helpdesk.change import compare, window
from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.errors import BadInput, NotAllowed, NotFound
from helpdesk.figures import DayCounts, Rate, times
from helpdesk.history import Plot, Subject, contacts
from helpdesk.intervals import difference
from helpdesk.outcomes import OUTCOMES
from helpdesk.plans import deflected
from helpdesk.store import history
from helpdesk.store.peoples_times import rounded
from helpdesk.trend import buckets
from helpdesk.types import Staff
from tests.helpdesk.fakes import FakeClock

TOKYO = ZoneInfo("Asia/Tokyo")
LAST = date(2026, 11, 22)
TODAY = date(2026, 11, 23)


def day(offset: int, resolved: int, lost: int) -> DayCounts:
    counts = dict.fromkeys(OUTCOMES, 0) | {"assumed": resolved, "unresolved": lost}
    return DayCounts(TODAY + timedelta(days=offset), counts)


# Before and after


def test_a_change_that_helped_is_likely_better() -> None:
    of = window(TODAY, TODAY + timedelta(days=15))
    assert of is not None
    assert (of.weeks, of.start, of.end) == (
        2,
        TODAY - timedelta(days=14),
        TODAY + timedelta(days=13),
    )
    change = compare([day(n, 6, 4) for n in range(-14, 0)] + [day(n, 9, 1) for n in range(14)], of)
    assert (change.verdict, change.before.n, change.after.n) == ("better", 140, 140)
    assert change.low is not None and 0.15 < change.low < 0.3
    worse = compare([day(n, 9, 1) for n in range(-14, 0)] + [day(n, 6, 4) for n in range(14)], of)
    assert worse.verdict == "worse"


def test_what_cannot_be_told_says_how_long_it_takes() -> None:
    of = window(TODAY, TODAY + timedelta(days=7))
    assert of is not None
    days = [day(n, 6, 4) for n in range(-7, 0)] + [day(n, 7, 3) for n in range(7)]
    change = compare(days, of)
    # 1.96² (0.24 + 0.21) / 0.1² = 173 on each side; 70 are there, 10 a day: 11 days more.
    assert (change.verdict, change.days_more) == ("cannot_tell", 11)
    same = compare([day(n, 6, 4) for n in range(-7, 7)], of)
    assert (same.verdict, same.days_more) == ("cannot_tell", None)
    few = compare([day(n, 1, 1) for n in range(-7, 7)], of)
    # 14 of 30 are there, two a day.
    assert (few.verdict, few.days_more, few.low) == ("too_early", 8, None)


def test_weekdays_meet_weekdays() -> None:
    for days in range(7):
        assert window(TODAY, TODAY + timedelta(days=days)) is None
    for days in (7, 20, 56, 400):
        of = window(TODAY, TODAY + timedelta(days=days))
        assert of is not None
        assert (of.changed - of.start).days == (of.end - of.changed).days + 1 == 7 * of.weeks
        assert of.end < TODAY + timedelta(days=days) and of.weeks <= 8


share = st.tuples(st.integers(0, 200), st.integers(1, 200)).map(lambda t: (min(t), max(t)))


@given(share, share)
def test_the_interval_of_a_difference_holds_it(a: tuple[int, int], b: tuple[int, int]) -> None:
    low, high = difference(*a, *b)
    seen = b[0] / b[1] - a[0] / a[1]
    assert -1 - 1e-9 <= low <= seen + 1e-9 and seen - 1e-9 <= high <= 1 + 1e-9
    back_low, back_high = difference(*b, *a)
    assert (back_low, back_high) == pytest.approx((-high, -low))


# Audit


def test_the_audit_corrects_the_rate() -> None:
    outcomes = dict.fromkeys(OUTCOMES, 0) | {
        "confirmed": 20, "assumed": 60, "unresolved": 10, "handed_off": 10
    }  # fmt: skip
    found = corrected(outcomes, {"helped": 36, "not_helped": 4, "cannot_tell": 3})
    # (20 + 60 x 0.9) / 100
    assert found.value == pytest.approx(0.74)
    assert found.low is not None and found.high is not None
    assert 0.65 < found.low < 0.74 < found.high < 0.80
    assert (found.judged, found.debt) == (40, WANTED - 43)
    few = corrected(outcomes, {"helped": 29})
    assert (few.value, few.debt) == (None, WANTED - 29)
    assert corrected(dict.fromkeys(OUTCOMES, 0), {}).debt == 0


@pytest.fixture
async def quarter(desk: Helpdesk, db: Database, clock: FakeClock, ana: Staff) -> list[Any]:
    subject = Subject("en", ("where is it",), "track-order", "Orders", "There.", 1.0, 0.8)
    made = list(contacts(Plot(LAST, 28, TOKYO, (subject,), (ana,), per_day=6, seed=3)))
    await db.write(lambda c: history.store(c, made, {}, TOKYO))
    clock.now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert desk
    return made


async def test_everyone_judges_the_same_random_sample(
    desk: Helpdesk, quarter: list[Any], lea: Staff
) -> None:
    start = LAST - timedelta(days=27)
    silent = sorted(e.episode_id for e in quarter if e.outcome.name == "assumed")
    judged = []
    for verdict in ("helped", "not_helped", "cannot_tell", "helped"):
        episode = await desk.reports.to_judge(start, LAST)
        assert episode is not None
        judged.append(episode)
        await desk.reports.judge_silence(lea, episode, verdict)
    assert judged == silent[:4]
    audited = await desk.reports.audited(await desk.reports.report(start, LAST))
    assert (audited.helped, audited.judged, audited.cannot_tell) == (2, 3, 1)
    # A second thought takes the place of the first.
    await desk.reports.judge_silence(lea, judged[1], "helped")
    audited = await desk.reports.audited(await desk.reports.report(start, LAST))
    assert audited.helped == 3
    with pytest.raises(BadInput, match="verdict must be one of"):
        await desk.reports.judge_silence(lea, judged[0], "perhaps")
    with pytest.raises(NotFound):
        await desk.reports.judge_silence(lea, "unknown", "helped")
    confirmed = next(e.episode_id for e in quarter if e.outcome.name == "confirmed")
    with pytest.raises(BadInput, match="assumed"):
        await desk.reports.judge_silence(lea, confirmed, "helped")


# Assumptions, targets, initiatives


async def test_nothing_is_saved_without_an_assumption(
    desk: Helpdesk, quarter: list[Any], mia: Staff, ana: Staff
) -> None:
    assert quarter
    report = await desk.reports.report(LAST - timedelta(days=27), LAST)
    assert deflected(report, await desk.plans.assumptions()) is None
    await desk.plans.assume(mia, 0.5, None, "")
    contacts_only = deflected(report, await desk.plans.assumptions())
    assert contacts_only is not None
    assert contacts_only.contacts == report.self_resolution.hits / 2
    assert contacts_only.low == report.confirmed.hits / 2 and contacts_only.saved is None
    await desk.plans.assume(mia, 0.5, 600, "JPY")
    saved = deflected(report, await desk.plans.assumptions())
    assert saved is not None and saved.saved == saved.contacts * 600
    await desk.plans.assume(mia, None, None, "")
    assert deflected(report, await desk.plans.assumptions()) is None
    with pytest.raises(NotAllowed):
        await desk.plans.assume(ana, 0.5, None, "")


@pytest.mark.parametrize(
    ("share", "cost", "currency", "named"),
    [
        (1.5, None, "", "would_contact"),
        (-0.1, None, "", "would_contact"),
        (0.5, -1.0, "JPY", "cost"),
        (0.5, 10.0, "", "currency"),
        (0.5, 10.0, "yen", "currency"),
    ],
)
async def test_an_assumption_that_makes_no_sense_is_refused(
    desk: Helpdesk, mia: Staff, share: float, cost: float | None, currency: str, named: str
) -> None:
    with pytest.raises(BadInput, match=named):
        await desk.plans.assume(mia, share, cost, currency)


async def test_a_target_and_a_change_are_kept_and_dropped(
    desk: Helpdesk, quarter: list[Any], mia: Staff
) -> None:
    assert quarter
    await desk.plans.aim(mia, "self_resolution", 0.8, date(2026, 12, 31))
    with pytest.raises(BadInput, match="figure must be one of"):
        await desk.plans.aim(mia, "profit", 0.8, date(2026, 12, 31))
    with pytest.raises(BadInput, match="value"):
        await desk.plans.aim(mia, "csat", 1.2, date(2026, 12, 31))
    for figure, value in (("nps", 101), ("nps", -101), ("handle_time", 0), ("handle_time", 1e6)):
        with pytest.raises(BadInput, match="value must be"):
            await desk.plans.aim(mia, figure, value, date(2026, 12, 31))
    (target,) = await desk.plans.targets()
    assert (target.figure, target.value, target.by) == ("self_resolution", 0.8, "Mia")
    await desk.plans.begin(mia, "New pictures", LAST - timedelta(days=13), ("track-order",))
    await desk.plans.begin(mia, "Since yesterday", LAST, ())
    with pytest.raises(BadInput, match="title"):
        await desk.plans.begin(mia, "  ", LAST, ())
    fresh, older = await desk.plans.tried()
    assert (fresh.initiative.title, fresh.change) == ("Since yesterday", None)
    assert older.change is not None and older.change.before.n > 0
    await desk.plans.drop_target(mia, target.id)
    await desk.plans.drop_initiative(mia, fresh.initiative.id)
    assert await desk.plans.targets() == [] and len(await desk.plans.initiatives()) == 1


async def test_a_change_of_some_pages_is_looked_for_there(
    desk: Helpdesk, quarter: list[Any], mia: Staff
) -> None:
    day = LAST - timedelta(days=13)
    await desk.plans.begin(mia, "New cart", day, pages=("/cart", "/orders"))
    await desk.plans.begin(mia, "Everywhere", day - timedelta(days=1))
    there, everywhere = await desk.plans.tried()
    assert there.initiative.pages == ("/cart", "/orders")
    assert there.change is not None and everywhere.change is not None
    window = (day - timedelta(days=14), LAST)
    on = sum(
        each.page in ("/cart", "/orders")
        and each.outcome.name != "small_talk"
        and window[0] <= each.started_at.astimezone(TOKYO).date() <= window[1]
        for each in quarter
    )
    assert there.change.before.n + there.change.after.n == on
    assert on < everywhere.change.before.n + everywhere.change.after.n


# Over time


def test_small_days_are_shown_as_weeks() -> None:
    end = TODAY + timedelta(days=20)
    small = buckets([day(n, 6, 4) for n in range(21)], TODAY, end)
    assert [(b.start, b.end) for b in small] == [
        (TODAY + timedelta(days=7 * n), TODAY + timedelta(days=7 * n + 6)) for n in range(3)
    ]
    assert small[0].rate == Rate(42, 70)
    large = buckets([day(n, 60, 40) for n in range(21)], TODAY, end)
    assert len(large) == 21 and large[0].rate == Rate(60, 100)
    # What is left over at the beginning is no week.
    assert len(buckets([day(n, 6, 4) for n in range(21)], TODAY, end - timedelta(days=1))) == 2
    assert buckets([], TODAY, TODAY)[0].rate == Rate(0, 0)


@given(st.lists(st.floats(0, 1e6), max_size=50))
def test_half_took_at_most_the_median(values: list[float]) -> None:
    seconds = [rounded(value) for value in values]
    for value, kept in zip(values, seconds, strict=True):
        assert abs(value - kept) <= max(0.5, 0.03 * value)
    found = times(Counter(seconds))
    assert found.n == len(values)
    if not values:
        assert found.median is found.p90 is None
        return
    assert found.median is not None and found.p90 is not None
    assert found.median in seconds and found.p90 in seconds
    assert sum(value <= found.median for value in seconds) >= len(values) / 2
    assert sum(value <= found.p90 for value in seconds) >= 0.9 * len(values)
