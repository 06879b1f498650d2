"""The support lead saves a FAQ file: the new answer is live, or the old one if it is broken."""

import asyncio
import io
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from faq_index import FaqIndex
from tests.web_widget.support import Customer, until
from web_widget import watch
from web_widget.app import App
from web_widget.logging import configure_logging
from web_widget.watch import folder_stamp

NEW = """\
  - id: gift-wrap
    question: Do you wrap gifts?
    also_asked:
      - gift wrapping
      - wrap it as a present
    answer: Yes, for 300 yen.
"""


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def file(home: Path) -> Path:
    return home / "faq" / "shop.en.yml"


def add(file: Path, text: str, in_place_of: str = "") -> None:
    kept = file.read_text(encoding="utf-8").removesuffix(in_place_of)
    file.write_text(kept + text, encoding="utf-8")


async def test_it_works(app: App, vera: Customer, file: Path, log: io.StringIO) -> None:
    before = app.live.current.version
    add(file, NEW)
    assert await app.keeper.reload()
    assert app.live.current.version != before
    await vera.send("Do you wrap gifts?")
    await app.desk.idle()
    assert any(m.get("faq_id") == "gift-wrap" for m in await vera.messages())
    assert json.loads(log.getvalue().splitlines()[-1])["event"] == "faq live"


async def test_a_broken_file_is_told_with_its_place_and_changes_nothing(
    app: App, vera: Customer, file: Path, log: io.StringIO
) -> None:
    before = app.live.current
    add(file, "  - id: Bad Id\n    question: What?\n    anwser: Misspelt\n")
    assert not await app.keeper.reload()
    assert app.live.current is before
    told = [json.loads(line)["problem"] for line in log.getvalue().splitlines()]
    assert told and all(":" in line and "shop.en.yml:" in line for line in told)
    await vera.send("Where is my order?")
    await app.desk.idle()
    assert any(m.get("faq_id") == "track-order" for m in await vera.messages())


async def test_the_same_mistake_is_told_once(app: App, file: Path, log: io.StringIO) -> None:
    add(file, "  - nonsense\n")
    await app.keeper.reload()
    told = log.getvalue()
    await app.keeper.reload()
    assert log.getvalue() == told != ""


async def test_a_mistake_put_right_goes_live(app: App, file: Path) -> None:
    add(file, "  - nonsense\n")
    assert not await app.keeper.reload()
    add(file, NEW, in_place_of="  - nonsense\n")
    assert await app.keeper.reload()


async def test_nothing_is_built_when_nothing_changed(app: App, home: Path) -> None:
    (home / "faq" / "notes.txt").write_text("not a FAQ file", encoding="utf-8")
    assert not await app.keeper.reload()


async def test_a_failure_while_building_leaves_the_old_index(
    app: App, file: Path, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    def fail() -> None:
        raise MemoryError

    monkeypatch.setattr(app.keeper, "_build", fail)
    before = app.live.current
    add(file, NEW)
    assert not await app.keeper.reload()
    assert app.live.current is before and "index not built" in log.getvalue()


def reword(file: Path, answer: str) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Choose *Forgot password*", answer), encoding="utf-8")


async def test_a_small_change_is_live_before_anything_is_learned(
    app: App, home: Path, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    file = home / "faq" / "shop.en.yml"
    build, built = app.keeper._build, []

    def learn() -> FaqIndex:
        built.append(app.live.current.version)
        return build()

    monkeypatch.setattr(app.keeper, "_build", learn)
    before = app.live.current.version
    reword(file, "Press *I forgot it*")
    assert await app.keeper.reload() and not built
    at_once = app.live.current
    entry = at_once.entry("change-password", "en")
    assert entry is not None and entry.answer.startswith("Press *I forgot it*")
    assert at_once.version != before
    await app.keeper.learn()
    assert built == [at_once.version] and app.live.current.version != at_once.version
    assert app.live.current.entries() == at_once.entries()
    events = [json.loads(line)["event"] for line in log.getvalue().splitlines()]
    assert events == ["faq live", "faq learned"]


async def test_what_was_learned_of_older_files_is_left_out(
    app: App, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, build = home / "faq" / "shop.en.yml", app.keeper._build

    def learn_late() -> FaqIndex:
        index = build()
        reword(file, "Press *No, here*")
        app.keeper._stamp = folder_stamp(home / "faq")
        return index

    monkeypatch.setattr(app.keeper, "_build", learn_late)
    before = app.live.current
    await app.keeper.learn()
    assert app.live.current is before


async def test_a_mistake_in_between_does_not_keep_it_from_being_learned(
    app: App, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, build = home / "faq" / "shop.en.yml", app.keeper._build
    reword(file, "Press *I forgot it*")
    assert await app.keeper.reload()
    good = file.read_text(encoding="utf-8")

    def learn_while_it_breaks() -> FaqIndex:
        index = build()
        file.write_text("faqs: [", encoding="utf-8")
        asyncio.run_coroutine_threadsafe(app.keeper.reload(), loop).result(10)
        return index

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(app.keeper, "_build", learn_while_it_breaks)
    at_once = app.live.current.version
    await app.keeper.learn()
    assert app.live.current.version == at_once
    monkeypatch.setattr(app.keeper, "_build", build)
    app.keeper._to_learn.clear()
    file.write_text(good, encoding="utf-8")
    await app.keeper.reload()
    assert app.keeper._to_learn.is_set()
    await app.keeper.learn()
    assert app.live.current.version != at_once


async def test_two_states_are_never_learned_at_once(
    app: App, home: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, learning, most = app.keeper._build, 0, 0

    def learn() -> FaqIndex:
        nonlocal learning, most
        learning += 1
        most = max(most, learning)
        try:
            return build()
        finally:
            learning -= 1

    monkeypatch.setattr(app.keeper, "_build", learn)
    monkeypatch.setattr(app.keeper, "_soon", lambda _live: None)
    reword(home / "faq" / "shop.en.yml", "Press *I forgot it*")
    first = asyncio.create_task(app.keeper.learn())
    await until(lambda: learning == 1)
    add(file, NEW)
    await app.keeper.reload()
    await first
    assert most == 1 and app.live.current.entry("gift-wrap", "en") is not None


async def test_a_saved_file_is_live_within_two_seconds(app: App, file: Path) -> None:
    before = app.live.current.version
    following = asyncio.create_task(app.keeper.run())
    try:
        await asyncio.sleep(0.2)
        add(file, NEW)
        await until(lambda: app.live.current.version != before, seconds=2)
        assert app.live.current.entry("gift-wrap", "en") is not None
    finally:
        app.keeper.stop()
        await following


async def test_what_was_saved_before_the_watch_began_is_noticed(app: App, file: Path) -> None:
    before = app.live.current.version
    add(file, NEW)
    following = asyncio.create_task(app.keeper.run())
    try:
        await until(lambda: app.live.current.version != before)
    finally:
        app.keeper.stop()
        await following


async def test_a_change_is_compared_with_what_is_learned(
    app: App, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, learned = app.keeper._build, threading.Event()

    def learn_slowly() -> FaqIndex:
        assert learned.wait(10)
        return build()

    monkeypatch.setattr(app.keeper, "_build", learn_slowly)
    following = asyncio.create_task(app.keeper.run())
    try:
        await app.keeper.settled()
        before = app.live.current.version
        await asyncio.sleep(0.2)
        reword(home / "faq" / "shop.en.yml", "Press *I forgot it*")
        await until(lambda: app.live.current.version != before)
        at_once = app.live.current.version
        comparing = asyncio.create_task(app.impacts.of(app.live.current.entries()))
        await asyncio.sleep(0.1)
        assert not comparing.done()
        learned.set()
        found = await comparing
        assert not found.comparison.changes and app.live.current.version != at_once
        assert await app.impacts.of(app.live.current.entries()) is found
    finally:
        learned.set()
        app.keeper.stop()
        await following


async def test_a_file_saved_while_the_watch_begins_is_not_missed(
    app: App, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_LOOK_ANYWAY_MS", 100)
    before, begin = app.live.current.version, watch.awatch

    def late(*folder: Path, **how: Any) -> Any:
        """The folder has been looked at, and nobody watches it yet."""
        add(file, NEW)
        return begin(*folder, **how)

    monkeypatch.setattr(watch, "awatch", late)
    await app.start()
    await until(lambda: app.live.current.version != before, 20)
