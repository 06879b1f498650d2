"""The pages of a manager besides the overview, and the report for programs."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest

from helpdesk.clock import utc_now
from helpdesk.database import Database
from helpdesk.history import Plot, Subject, contacts
from helpdesk.store import history
from tests.web_widget.conftest import MakeApp, client_of
from tests.web_widget.staff.support import HTML, PASSWORD, Person
from web_widget.app import App
from web_widget.staff.spreadsheet import safe_csv

TOKEN = "a-token-that-nobody-guesses-1234567890"


@pytest.fixture
async def past(app: App, ana: Person) -> App:
    """Four weeks of customers, until yesterday."""
    await fill(app, ana)
    return app


async def fill(app: App, ana: Person | None) -> None:
    zone = app.settings.time_zone
    subjects = (
        Subject("en", ("where is my order",), "track-order", "Orders", "Look there."),
        Subject("en", ("=HYPERLINK(1)",), "evil", "=1+1", "x", 0.4, 0.3),
        Subject("ja", ("テントのレンタル",), weight=0.5),
    )
    agents = (ana.staff,) if ana else ()
    last = utc_now().astimezone(zone).date() - timedelta(days=1)
    made = list(contacts(Plot(last, 28, zone, subjects, agents, per_day=12, seed=9)))
    database: Database = app.db
    repeated = history.find_repeats(made)
    await database.write(lambda c: history.store(c, made, repeated, zone))


async def test_a_manager_sees_why_not_more(past: App, mina: Person) -> None:
    assert past
    page = await mina.see("/staff/reports/why")
    for shown in ("No answer was found", "Orders", "track-order", "By hour of the day", "23:00"):
        assert shown in page
    # What is asked in vain, also where it is looked at twice.
    for each in (page, await mina.see("/staff/reports/why?entry=track-order")):
        _, _, after = each.partition("What customers ask in vain")
        asked, _, _ = after.partition("Entries that were edited")
        assert "テントのレンタル" in asked and "of the last 28 days" in asked
        assert "/staff/gaps" not in asked
    hours = HOUR.findall(page)
    assert len(hours) == 24
    for url, shown in [each for each in hours if each[1] != "0"][:3]:
        assert await _engaged(mina, url) == int(shown)
    narrowed = await mina.see("/staff/reports/why?entry=track-order")
    assert "track-order" in narrowed and ">evil<" not in narrowed


async def test_a_manager_plans_and_checks(past: App, mina: Person) -> None:
    assert past
    started = (utc_now() - timedelta(days=14)).date().isoformat()
    unmarked = await mina.see("/staff/reports")
    assert "Bot alone" in unmarked and 'class="flow"' in unmarked
    await mina.submit(
        "/staff/reports/plan", do="begin", title="<b>New</b> pictures", started_on=started,
        entries="track-order, evil",
    )  # fmt: skip
    await mina.submit(
        "/staff/reports/plan", do="aim", figure="handoff", value="10", due="2099-12-31"
    )
    await mina.submit(
        "/staff/reports/plan", do="assume", would_contact="60", cost="650", currency="JPY"
    )
    page = await mina.see("/staff/reports/plan")
    assert "<b>New</b> pictures" in page
    assert "<h3><b>" not in (await mina.get("/staff/reports/plan")).text
    assert "track-order, evil" in page and "at most 10%" in page
    overview = await mina.see("/staff/reports")
    # The day of the change, on the chart that had no such line before.
    assert "stroke-dasharray" in overview and "stroke-dasharray" not in unmarked
    assert "Assumes that 60%" in overview and "650 JPY" in overview
    await mina.submit(
        "/staff/reports/plan", do="begin", title="New cart", started_on=started, pages="/cart"
    )
    for figure, value in (("handle_time", "1.5"), ("nps", "40"), ("wrong_answer", "5")):
        done = await mina.submit(
            "/staff/reports/plan", do="aim", figure=figure, value=value, due="2099-12-31"
        )
        assert done.status_code == 303, done.text
    page = await mina.see("/staff/reports/plan")
    assert "at most 90 s" in page and "at least +40" in page and "at most 5%" in page
    assert "New cart" in page and "/cart" in page


async def test_a_manager_registers_another_answer(past: App, mina: Person) -> None:
    assert past
    today = utc_now().astimezone(past.settings.time_zone).date()
    form = {
        "do": "register",
        "title": "Shorter",
        "share": "20",
        "figure": "self_resolution",
        "ends": (today + timedelta(days=20)).isoformat(),
    }
    answer = {"entry": "track-order", "language": "en", "answer": "<i>Look</i> at your orders."}
    for wrong in ({}, {"threshold": "50", **answer}, {**answer, "entry": "no-such"}):
        refused = await mina.submit("/staff/reports/plan", **form, **wrong)
        assert refused.status_code == 400, refused.text
    done = await mina.submit("/staff/reports/plan", **form, **answer)
    assert done.status_code == 303, done.text
    page = await mina.see("/staff/reports/plan")
    assert "another answer of track-order (English)" in page
    assert "<i>Look</i> at your orders." in page
    assert "<i>" not in (await mina.get("/staff/reports/plan")).text


async def _engaged(mina: Person, url: str) -> int:
    page = await mina.see(url)
    found = re.search(r"All episodes with a question.*?numbers[^>]*>(\d+)<", page, re.S)
    assert found is not None
    return int(found[1])


HOUR = re.compile(r'href="([^"]*hour=\d+)">\d+:00</a></th><td class="end numbers">(\d+)<')
NUMBER = re.compile(r'<a class="numbers" href="([^"]+)">([\d,]+)</a>')
TIMES = re.compile(r'href="([^"]+)">([\d,]+) (?:chats|ratings|of them)</a>')
RATED = re.compile(r'href="([^"]+having=rated[^"]*)">(\d+) ratings</a>')
OLDER = re.compile(r'href="(/staff/reports/episodes[^"]+after=[^"]+)">Older')
ROW = re.compile(r'href="/staff/reports/episodes/[0-9a-f]{32}\?')


async def test_every_number_opens_as_many_episodes(past: App, mina: Person) -> None:
    assert past
    page = await mina.see("/staff/reports")
    links = set(NUMBER.findall(page)) | set(TIMES.findall(page))
    havings = {found for url, _ in links for found in re.findall("having=([a-z_0-9]+)", url)}
    assert havings >= {"durable", "unanswered", "judged", "wrong", "rated", "content", "surveyed"}
    assert "recommended" in havings and "repeated_168" in havings
    # Of these an episode may have several.
    row = page.partition("Questions without an answer, of all")[2].partition("</tr>")[0]
    of_questions = {url for url, _ in NUMBER.findall(row)}
    assert len(of_questions) == 2
    loyal = set(RATED.findall(await mina.see("/staff/reports/loyalty")))
    assert len(loyal) > 3
    for url, shown in loyal | links - set(NUMBER.findall(row)):
        assert await _episodes(mina, url) == int(shown.replace(",", "")), url


async def _episodes(mina: Person, url: str | None) -> int:
    found = 0
    while url:
        page = await mina.see(url)
        found += len(ROW.findall(page))
        older = OLDER.search(page)
        url = older[1] if older else None
    return found


async def test_a_report_can_be_narrowed_to_a_channel(app: App, mina: Person) -> None:
    for channel in ("widget", "app", "app"):
        body = {"site": "shop", "language": "en", "channel": channel}
        async with client_of(app) as http:
            started = (await http.post("/api/conversations", json=body)).json()
            await http.post(
                f"/api/conversations/{started['conversation_id']}/messages",
                json={"client_msg_id": "1", "text": "track my parcel"},
                headers={"Authorization": f"Bearer {started['token']}"},
            )
        await app.desk.idle()
    for channel, expected in (("app", 2), ("widget", 1), ("", 3), ("kiosk", 0)):
        url = f"/staff/reports?period=this_week&channel={channel}"
        assert await _engaged(mina, url) == expected
    async with client_of(app) as http:
        refused = await http.post("/api/conversations", json={"channel": "My App"})
        assert refused.status_code == 400 and "channel" in refused.text


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"do": "aim", "figure": "csat", "value": "x", "due": "2099-12-31"}, "value"),
        ({"do": "aim", "figure": "csat", "value": "10", "due": "soon"}, "due"),
        ({"do": "begin", "title": "", "started_on": "2026-01-01"}, "title"),
        ({"do": "assume", "would_contact": "150"}, "would_contact"),
        ({"do": "assume", "would_contact": "nan"}, "would_contact"),
    ],
)
async def test_what_makes_no_sense_is_named(
    mina: Person, fields: dict[str, str], named: str
) -> None:
    refused = await mina.submit("/staff/reports/plan", **fields)
    assert refused.status_code == 400 and named in refused.text


async def test_silence_is_judged_in_two_clicks(past: App, lea: Person, mina: Person) -> None:
    assert past
    page = await lea.see("/staff/reports/audit")
    # Whose silence it is is drawn by chance.
    asked = {"track-order": "where is my order", "evil": "=HYPERLINK(1)"}
    shown = [entry for entry in asked if f"Answer: {entry} " in page]
    assert "Was this customer helped?" in page and shown
    assert all(asked[entry] in page for entry in shown)
    episode = page.split('name="episode" value="')[1].split('"')[0]
    done = await lea.submit("/staff/reports/audit", episode=episode, verdict="helped")
    assert done.status_code == 303
    after = await lea.see("/staff/reports/audit")
    assert "1 judged; 1 of 1" in after and f'value="{episode}"' not in after
    assert "49 silent episodes are still to be judged" in await mina.see("/staff/reports")


async def test_a_report_can_be_narrowed(past: App, mina: Person) -> None:
    assert past
    everything = await mina.see("/staff/reports?entry=track-order&person=new&open_days=1")
    assert "entry=track-order" in everything and "open_days=1" in everything
    every = await _engaged(mina, "/staff/reports")
    for one, other in (("person=new", "person=known"), ("language=en", "language=ja")):
        counts = [await _engaged(mina, f"/staff/reports?{each}") for each in (one, other)]
        assert sum(counts) == every and min(counts) > 0
    pages = [await _engaged(mina, f"/staff/reports?page={each}") for each in ("/cart", "/")]
    assert 0 < pages[0] < pages[1] == every
    none = await mina.see("/staff/reports?topic=No+such+topic")
    assert "Too few to tell" in none


async def test_the_file_is_safe_to_open(past: App, mina: Person) -> None:
    assert past
    answer = await mina.get("/staff/reports.csv?period=last_30_days")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 28 and {"day", "confirmed", "handed_off", "rule"} <= set(rows[0])
    assert safe_csv([["=1+1", "-2", "@x", "fine", -3]]) == "'=1+1,'-2,'@x,fine,-3\r\n"


async def test_programs_read_the_report_with_a_token(make_app: MakeApp) -> None:
    app = make_app(reports_token=TOKEN)
    await fill(app, None)
    today = utc_now().astimezone(app.settings.time_zone).date()
    query = {"start": (today - timedelta(days=28)).isoformat(), "end": today.isoformat()}
    async with client_of(app) as http:
        good = {"Authorization": f"Bearer {TOKEN}"}
        report = (await http.get("/api/reports", params=query, headers=good)).json()
        assert report["rates"]["self_resolution"]["n"] > 100
        assert report["rule_versions"] == [1] and report["deflected"] is None
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            assert (
                await http.get("/api/reports", params=query, headers=headers)
            ).status_code == 404
        for bad in ({"start": "soon"}, {**query, "person": "x"}, {**query, "colour": "red"}):
            refused = await http.get("/api/reports", params=bad, headers=good)
            assert refused.status_code == 400, refused.text
            assert refused.json()["ok"] is False


async def test_what_leaves_a_demo_says_that_it_is_one(make_app: MakeApp) -> None:
    first = make_app()
    await fill(first, None)
    await first.desk.add_staff("mina", "Mina", "manager", PASSWORD)
    for demo in ("yes", "no"):
        app = make_app(reports_token=TOKEN, demo=demo)
        today = utc_now().astimezone(app.settings.time_zone).date()
        start = today - timedelta(days=28)
        async with client_of(app) as http:
            query = {"start": start.isoformat(), "end": today.isoformat()}
            good = {"Authorization": f"Bearer {TOKEN}"}
            report = (await http.get("/api/reports", params=query, headers=good)).json()
            assert report["demo"] is (demo == "yes")
            login = {"login": "mina", "password": PASSWORD}
            page = (await http.get("/staff/login", headers=HTML)).text
            csrf = page.split('name="csrf" value="')[1].split('"')[0]
            await http.post("/staff/login", data={"csrf": csrf, **login}, headers=HTML)
            file = await http.get("/staff/reports.csv", headers=HTML)
            assert file.status_code == 200
            lines = file.text.splitlines()
            named = "kotae-demo-" in file.headers["content-disposition"]
            assert named is all("sample data" in line for line in lines) is (demo == "yes")


async def test_without_a_token_there_is_no_report_for_programs(app: App) -> None:
    async with client_of(app) as http:
        assert (await http.get("/api/reports", headers={"Authorization": "Bearer "})).is_error


async def test_how_it_is_measured_is_said_in_both_languages(mina: Person) -> None:
    english = await mina.see("/staff/reports/how")
    assert "What cannot be known" in english and "Wilson" in english
    japanese = await mina.see("/staff/reports/how", **{"Accept-Language": "ja"})
    assert "わからないこと" in japanese and "Newcombe" in japanese
