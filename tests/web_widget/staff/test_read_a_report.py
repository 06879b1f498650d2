from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.web_widget.staff.support import Person
from web_widget.app import App
from web_widget.staff.charts import COLOURS, partition_bar
from web_widget.staff.periods import BadPeriod, Period, named_period, read_period
from web_widget.staff.session_routes import STATIC

MONDAY = date(2026, 11, 23)
Contact = Callable[..., Awaitable[str]]


@pytest.fixture(autouse=True)
def noon(app: App) -> None:
    """The desk's clock stands at noon of the team's day, whenever the tests run: half an hour later
    must be the same day."""
    zone = app.settings.time_zone
    now = datetime.now(zone).replace(hour=12, minute=0, second=0, microsecond=0)
    app.desk._book.clock = lambda: now.astimezone(UTC)


@pytest.fixture
def contact(app: App) -> Contact:
    """Somebody asks one thing, and asks for a person when `person` is true."""

    async def make(*, person: bool = False, language: str = "en", traffic: str = "customer") -> str:
        started = await app.desk.start_conversation(
            site="shop",
            language=language,
            traffic=traffic,  # type: ignore[arg-type]
        )
        await app.desk.receive(started.conversation, client_msg_id="1", text="track my parcel")
        await app.desk.idle()
        if person:
            await app.desk.ask_for_person(started.conversation)
        return started.conversation.id

    return make


async def end_episodes(app: App) -> None:
    """Later than the idle time: as if everybody had left."""
    book = app.desk._book
    now = book.clock()
    book.clock = lambda: now + timedelta(minutes=31)


async def test_it_works(app: App, mina: Person, contact: Contact) -> None:
    for _ in range(3):
        await contact()
    await contact(person=True)
    await end_episodes(app)
    page = await mina.see("/staff/reports?period=this_week")
    assert count(page, "Assumed") == 3 and count(page, "Handed over") == 1
    assert count(page, "Unattended") == 1 and count(page, "All episodes with a question") == 4
    assert "How measured:" in page and "Outcome rule, version 1" in page


async def test_it_shows_no_percentage_of_few(app: App, mina: Person, contact: Contact) -> None:
    for _ in range(29):
        await contact()
    await end_episodes(app)
    few = await mina.see("/staff/reports")
    assert "Too few to tell" in few and "29 episodes; a percentage needs at least 30." in few
    figures = re.sub("<svg.*?</svg>", "", few.split('class="headline"')[1], flags=re.DOTALL)
    assert not re.search(r"\d%", figures)
    await contact()
    await end_episodes(app)
    enough = await mina.see("/staff/reports")
    assert "95% interval: 89% to 100%" in enough and "100%" in enough


async def test_every_number_leads_to_its_episodes(app: App, mina: Person, contact: Contact) -> None:
    for _ in range(2):
        await contact()
    await contact(person=True)
    await contact(traffic="test")
    await end_episodes(app)
    page = await mina.see("/staff/reports?period=this_week")
    links = re.findall(r'<a class="numbers" href="([^"]+)">(\d+)</a>', page)
    assert len(links) >= 8
    for address, shown in links:
        rows = (await mina.see(address)).count('scope="row"')
        assert rows == int(shown), address


async def test_it_can_be_of_one_language(app: App, mina: Person, contact: Contact) -> None:
    await contact()
    await contact(language="ja")
    await contact(language="ja")
    await end_episodes(app)
    assert count(await mina.see("/staff/reports"), "All episodes with a question") == 3
    page = await mina.see("/staff/reports?language=ja")
    assert count(page, "All episodes with a question") == 2 and "language=ja" in page


async def test_traffic_that_is_left_out_is_counted(mina: Person, contact: Contact) -> None:
    await contact(traffic="crawler")
    page = await mina.see("/staff/reports")
    assert count(page, "Tests, staff, health checks and crawlers") == 1
    assert count(page, "All episodes with a question") == 0


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("start=2026-11-20&end=2026-11-01", "The first day is after the last."),
        ("start=yesterday&end=", "Please give both dates"),
        ("start=2019-01-01&end=2026-11-01", "A report covers three years at most."),
    ],
)
async def test_it_explains_dates_that_make_no_period(
    mina: Person, query: str, sentence: str
) -> None:
    assert sentence in await mina.see(f"/staff/reports?period=custom&{query}", 400)
    await mina.see(f"/staff/reports/episodes?period=custom&{query}")


async def test_values_nobody_offers_are_taken_for_none(mina: Person, contact: Contact) -> None:
    await contact()
    query = "period=x&language=xx&outcome=x&part=x&reason=x&after=x"
    assert "No episodes here" in await mina.see(f"/staff/reports/episodes?{query}")
    query = "period=x&language=xx&outcome=x&part=x&reason=x"
    assert "track my parcel" in await mina.see(f"/staff/reports/episodes?{query}")
    await mina.see("/staff/reports?period=x&language=xx")


async def test_long_lists_come_in_pages(mina: Person, contact: Contact) -> None:
    for _ in range(52):
        await contact()
    first = await mina.see("/staff/reports/episodes")
    assert first.count('scope="row"') == 50
    older = re.search(r'class="button" href="([^"]+)">Older', first)
    assert older
    second = await mina.see(older[1])
    assert second.count('scope="row"') == 2 and "Newest" in second


async def test_an_episode_says_why_it_counts(app: App, mina: Person, contact: Contact) -> None:
    await contact(person=True)
    await end_episodes(app)
    listed = await mina.see("/staff/reports/episodes?outcome=handed_off")
    address = re.search(r'href="(/staff/reports/episodes/[^"]+)"', listed)
    assert address
    page = await mina.see(address[1])
    for shown in (
        "Why it counts as: Handed over",
        "A person was asked for or assigned. Nobody took it.",
        "track my parcel",
        "An answer was found",
        "track-order, ",
        "directly, without the dialogue engine",
        "Asked for a person",
    ):
        assert shown in page, shown
    assert 'href="/staff/reports/episodes?period=' in page


async def test_an_unknown_episode_is_not_found(mina: Person) -> None:
    await mina.see("/staff/reports/episodes/unknown", 404)


async def test_a_way_back_to_another_site_is_not_followed(mina: Person, contact: Contact) -> None:
    await contact()
    listed = await mina.see("/staff/reports/episodes")
    address = re.search(r'href="(/staff/reports/episodes/\w+)', listed)
    assert address
    for back in ("//evil.example", "https://evil.example", "/staff/logout"):
        page = (await mina.get(f"{address[1]}?back={back}")).text
        assert f'href="{back}' not in page


@pytest.mark.parametrize(
    ("name", "today", "start", "end"),
    [
        ("this_week", MONDAY, MONDAY, MONDAY),
        ("this_week", date(2026, 11, 29), MONDAY, date(2026, 11, 29)),
        ("last_week", MONDAY, date(2026, 11, 16), date(2026, 11, 22)),
        ("last_week", date(2026, 1, 1), date(2025, 12, 22), date(2025, 12, 28)),
        ("last_30_days", MONDAY, date(2026, 10, 25), MONDAY),
    ],
)
def test_weeks_start_on_monday(name: str, today: date, start: date, end: date) -> None:
    assert named_period(name, today) == Period(name, start, end)


def test_own_dates_are_both_included() -> None:
    found = read_period("custom", "2026-11-01", "2026-11-01", MONDAY)
    assert found.start == found.end == date(2026, 11, 1)
    with pytest.raises(BadPeriod):
        read_period("custom", "2026-11-02", "2026-11-01", MONDAY)


def test_the_bar_has_a_part_for_each_outcome_that_happened() -> None:
    svg = partition_bar({"confirmed": 3, "handed_off": 1, "open": 0})
    assert svg.count('aria-roledescription="bar"') == 2
    assert COLOURS["confirmed"] in svg and COLOURS["open"] not in svg


def test_the_legend_has_the_colours_of_the_bar() -> None:
    styles = (STATIC / "base.css").read_text(encoding="utf-8")
    for name, colour in COLOURS.items():
        assert f"--chart-{name}: {colour};" in styles


def count(page: str, name: str) -> int:
    """The number beside a name in a table."""
    row = page.split(f">{name}<", 1)[1] if f">{name}<" in page else page.split(name, 1)[1]
    found = re.search(r'class="numbers"[^>]*>(\d+)<', row)
    assert found, name
    return int(found[1])
