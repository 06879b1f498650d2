"""The product has past questions looked up in the background, by one process that ends with it."""

from __future__ import annotations

import asyncio
import io
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from faq_index import changes, ensure_index, load_encoder
from faq_index.changes import Asked
from faq_index.remembering import remember
from faq_index.sightings_file import load_sightings, save_sightings
from tests.cli.helpers import alive, python
from tests.web_widget.api.test_save_faq_file import NEW, add, log
from tests.web_widget.conftest import MakeApp
from tests.web_widget.staff.support import Person
from tests.web_widget.staff.test_write_the_faq import save
from tests.web_widget.support import Customer, until
from web_widget import app as composition
from web_widget.app import App
from web_widget.supervisor.process import Command
from web_widget.workshop import impact
from web_widget.workshop.remembering import Remembering, remembering_command

__all__ = ["log"]

# Notes that it was started, as which process, and whether another one runs; then does as told.
CHILD = """
import os, sys, time
folder, status, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
with open(folder + "/started", "a") as file:
    file.write(f"{os.getpid()} {os.path.exists(folder + '/running')}\\n")
open(folder + "/running", "w").close()
time.sleep(seconds)
os.remove(folder + "/running")
sys.exit(status)
"""


def child(folder: Path, status: int = 0, seconds: float = 0.0) -> Command:
    return python(CHILD, folder, str(folder), str(status), str(seconds), name="remembering")


def starts(folder: Path) -> list[str]:
    file = folder / "started"
    return file.read_text().splitlines() if file.exists() else []


@asynccontextmanager
async def running(remembering: Remembering) -> AsyncIterator[None]:
    task = asyncio.create_task(remembering.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def counting() -> tuple[list[int], Callable[[], Awaitable[int]]]:
    """The number of questions asked so far, to be raised, and what tells it."""
    asked = [0]

    async def last() -> int:
        return asked[0]

    return asked, last


async def test_after_the_start_and_when_something_was_asked(tmp_path: Path) -> None:
    asked, last = counting()
    async with running(Remembering(child(tmp_path), last, first=0.0, every=0.05, gather=0.0)):
        await until(lambda: len(starts(tmp_path)) == 1)
        await asyncio.sleep(1.0)
        assert len(starts(tmp_path)) == 1
        asked[0] += 1
        await until(lambda: len(starts(tmp_path)) == 2)


async def test_after_a_publish_was_learned_and_never_two_at_once(tmp_path: Path) -> None:
    _, last = counting()
    remembering = Remembering(child(tmp_path, 0, 0.3), last, first=0.0, every=60.0, gather=0.0)
    async with running(remembering):
        await until(lambda: len(starts(tmp_path)) == 1)
        remembering.learned()
        remembering.learned()
        await until(lambda: len(starts(tmp_path)) == 2)
    assert [line.split()[1] for line in starts(tmp_path)] == ["False", "False"]


async def test_what_failed_is_one_sentence_and_tried_again_later(
    tmp_path: Path, log: io.StringIO
) -> None:
    _, last = counting()
    remembering = Remembering(child(tmp_path, 3), last, first=0.0, every=1.0, gather=0.0)
    async with running(remembering):
        await until(lambda: "not remembered" in log.getvalue())
        assert len(starts(tmp_path)) == 1
        await until(lambda: len(starts(tmp_path)) == 2)
    lines = [line for line in log.getvalue().splitlines() if "not remembered" in line]
    assert "ended with status 3" in lines[0] and "remembering.log" in lines[0]


async def test_a_database_that_is_away_ends_nothing(tmp_path: Path, log: io.StringIO) -> None:
    asked, last = counting()

    async def away() -> int:
        asked[0] += 1
        if asked[0] == 1:
            raise OSError("the database is away")
        return await last()

    async with running(Remembering(child(tmp_path), away, first=0.0, every=0.05, gather=0.0)):
        await until(lambda: len(starts(tmp_path)) == 1)
    assert "the database is away" not in log.getvalue()


async def test_it_ends_with_the_product(
    make_app: MakeApp, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is saved, its FAQ learned, the questions looked up, and the product stopped."""
    monkeypatch.setattr(composition, "remembering_command", lambda _: child(tmp_path, 0, 60.0))
    app = make_app(remember_questions="true")
    assert app.remembering is not None
    monkeypatch.setattr(app.remembering, "_gather", 0.0)
    await app.start()
    assert not starts(tmp_path)
    add(home / "faq" / "shop.en.yml", NEW)
    await until(lambda: bool(starts(tmp_path)), 20)
    pid = int(starts(tmp_path)[0].split()[0])
    assert alive(pid)
    await app.close()
    assert not alive(pid)


async def test_switched_off_there_is_no_child(
    make_app: MakeApp, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition, "remembering_command", lambda _: child(tmp_path))
    app = make_app(remember_questions="false")
    assert app.remembering is None
    await app.start()
    before = app.live.current.version
    add(home / "faq" / "shop.en.yml", NEW)
    await until(lambda: app.live.current.version != before, 20)
    await app.keeper.settled()
    assert not starts(tmp_path)


def test_it_gives_way_to_everything_and_takes_one_process(make_app: MakeApp) -> None:
    command = remembering_command(make_app().settings)
    assert command.argv[:4] == ("nice", "-n", "19", sys.executable)
    assert command.argv[-3:] == ("remember", "--processes", "1")
    assert command.folder == Path(os.getcwd())


@pytest.mark.model
async def test_the_real_command_remembers_what_customers_asked(
    app: App, vera: Customer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await vera.send("do you sell kites of silk")
    await app.desk.idle()
    encoder = load_encoder()
    live = ensure_index(home / "faq", app.settings.snapshot_dir, encoder)
    for name in ("faq_dir", "var_dir", "database_url"):
        monkeypatch.setenv(f"KOTAE_{name.upper()}", str(getattr(app.settings, name) or ""))
    _, last = counting()
    nice: set[int] = set()
    others = set(psutil.Process().children(recursive=True))
    remembering = Remembering(remembering_command(app.settings), last, first=0.0, every=60.0)
    async with running(remembering):
        while not app.settings.sightings_dir.exists():
            begun = set(psutil.Process().children(recursive=True)) - others
            nice |= {each.nice() for each in begun}
            await asyncio.sleep(0.1)
        await until(lambda: not set(psutil.Process().children()) - others, 20)
    assert nice == {19} or nice == {0, 19}
    met = load_sightings(app.settings.sightings_dir)
    live.decide_all([("do you sell kites of silk", "en")], sights=met.of_live)
    assert met.asked == 0


PLACE = "/staff/faqs/en/track-order/review"


async def test_a_page_that_asked_a_part_says_when_to_look_again(
    app: App, lea: Person, vera: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_BATCH", 2)
    monkeypatch.setattr(impact, "MOST_LOOKED_UP", 1)
    monkeypatch.setattr(app.impacts, "_are_remembered", True)
    for number in range(7):
        await vera.send(f"qqq zzz{number}")
        await app.desk.idle()
    await save(lea, owner="logistics")
    page = await lea.see(PLACE)
    told = re.search(r"(\d+) of the rarest were not yet: they are being looked up", page)
    assert told and int(told[1]) > 4
    assert "Load the page again in about 1 minute, later if the machine is busy." in page
    # Nothing more is known: the same is shown, and it is enough to publish by.
    found = await app.impacts.of(app.live.current.entries())
    assert found.left_out and await app.impacts.of(app.live.current.entries()) is found
    live, folder = app.live.current, app.settings.sightings_dir
    past = [Asked(*each) for each in await app.desk.faq.past_questions()]
    met = load_sightings(folder)
    remember(live, past, met, lambda: save_sightings(met, folder), tell=lambda _done, _total: None)
    assert await app.impacts.of(live.entries(), may_be_partial=True) is found
    page = await lea.see(PLACE)
    assert "of the rarest" not in page and "were asked of the live" in page


async def test_a_change_that_touches_too_many_is_not_said_to_be_known_later(
    app: App, lea: Person, vera: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of so small an FAQ a new answer touches every question."""
    monkeypatch.setattr(app.impacts, "_are_remembered", True)
    for number in range(7):
        await vera.send(f"qqq zzz{number}")
        await app.desk.idle()
    await save(lea, owner="logistics")
    await lea.see(PLACE)
    monkeypatch.setattr(changes, "_BATCH", 2)
    monkeypatch.setattr(impact, "MOST_LOOKED_UP", 1)
    await save(lea, answer="Ask us instead.")
    page = await lea.see(PLACE)
    assert "of the rarest were not, since that takes longer" in page


async def test_where_nobody_remembers_the_page_names_the_command(
    app: App, lea: Person, vera: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_BATCH", 2)
    monkeypatch.setattr(impact, "MOST_LOOKED_UP", 1)
    for number in range(5):
        await vera.send(f"qqq zzz{number}")
        await app.desk.idle()
    await save(lea, owner="logistics")
    page = await lea.see(PLACE)
    assert "of the rarest were not, since that takes longer than a page may: kotae diff" in page
