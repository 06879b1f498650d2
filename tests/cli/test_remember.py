"""`kotae remember`, and that the next comparison finds past questions known."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import pytest

import faq_index
from faq_index import LiveIndex, Vector, ensure_index, lookers, remembering
from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.push import Hub
from helpdesk.rasa import RasaClient
from helpdesk.settings import DeskSettings
from helpdesk.wording import load_wording
from tests.cli.commands import Run, assert_refused
from tests.cli.helpers import ROOT
from tests.faq_index.fakes import TrigramEncoder
from tests.helpdesk.fakes import NO_ANSWER, FakeRasa, open_widget
from web_widget.supervisor.lock import only_one

ASKED = [f"do you sell qqq{number}" for number in range(5)]
CARD = "my card is 4111111111111111"


class Listening(TrigramEncoder):
    """Notes what it reads, and lets something happen meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.on_read: Callable[[], None] = lambda: None

    def _vector(self, text: str) -> Vector:
        self.on_read()
        return super()._vector(text)

    def read_of(self, texts: Sequence[str]) -> set[str]:
        return set(self.encoded) & set(texts)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> Listening:
    made = Listening()
    monkeypatch.setattr(faq_index, "load_encoder", lambda *_: made)
    return made


@pytest.fixture
def shop(tmp_path: Path, encoder: Listening) -> Path:  # noqa: ARG001
    """The FAQ of a shop, live; returns its folder."""
    folder = tmp_path / "data" / "faq"
    shutil.copytree(ROOT / "tests" / "web_widget" / "faq", folder)
    published(folder)
    return folder


def published(folder: Path) -> None:
    ensure_index(folder, folder.parents[1] / "var" / "index", TrigramEncoder())


@pytest.fixture
def asked(shop: Path, tmp_path: Path, schema: str | None) -> None:
    """Customers have asked in vain; one wrote the number of her card."""

    async def work() -> None:
        db = Database(schema or f"sqlite:///{tmp_path / 'var' / 'kotae.db'}")
        await asyncio.to_thread(db.upgrade)
        rasa = FakeRasa()
        live = LiveIndex(ensure_index(shop, tmp_path / "var" / "index", TrigramEncoder()))
        wording = load_wording(ROOT / "data" / "wording", ("en", "ja"))
        async with httpx.AsyncClient(transport=httpx.MockTransport(rasa)) as http:
            client = RasaClient(http, "http://rasa", "secret", timeout=5)
            desk = Helpdesk(db, Hub(), live, client, wording, DeskSettings())
            for number, text in enumerate([*ASKED, CARD]):
                customer = await open_widget(desk, visitor=f"v{number}")
                rasa.says(NO_ANSWER)
                await customer.says(text)
            await desk.stop()
        await db.close()

    asyncio.run(work())


def said(run: Run, *words: str) -> str:
    result = run("remember", "--processes", "1", *words)
    assert result.exit_code == 0, result.output
    return str(result.stdout)


@pytest.mark.usefixtures("asked")
def test_the_next_comparison_looks_none_of_them_up(run: Run, encoder: Listening) -> None:
    assert said(run) == "6 past questions are remembered; 6 were looked up.\n"
    assert encoder.read_of(ASKED) == set(ASKED)
    assert not any("4111" in text for text in encoder.encoded)
    encoder.encoded.clear()
    assert run("diff", "--processes", "1").exit_code == 0
    assert not encoder.read_of(ASKED)
    assert said(run) == "All 6 past questions were remembered already.\n"
    assert not encoder.read_of(ASKED)


@pytest.mark.usefixtures("asked")
def test_two_processes_remember_what_one_does(
    run: Run, encoder: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookers, "_FEW", 1)
    assert run("remember", "--processes", "2").exit_code == 0
    assert "remembered already" in said(run)
    one = run("diff", "--processes", "1", "--json").stdout
    assert run("diff", "--processes", "2", "--json").stdout == one
    assert not encoder.read_of(ASKED)


@pytest.mark.usefixtures("asked")
def test_a_publish_meanwhile_is_remembered_too(run: Run, encoder: Listening, shop: Path) -> None:
    def publish() -> None:
        encoder.on_read = lambda: None
        file = shop / "shop.en.yml"
        new = "  - id: kites\n    question: Do you sell kites?\n    answer: Yes.\n"
        file.write_text(file.read_text(encoding="utf-8") + new, encoding="utf-8")
        published(shop)

    encoder.on_read = publish
    assert "6 past questions are remembered" in said(run)
    encoder.encoded.clear()
    assert "remembered already" in said(run)
    assert run("diff", "--processes", "1").exit_code == 0
    assert not encoder.read_of(ASKED)


@pytest.mark.usefixtures("asked")
def test_a_comparison_of_a_few_days_forgets_nothing(run: Run) -> None:
    said(run)
    assert run("diff", "--days", "0").exit_code == 0
    assert "All 6 past questions" in said(run)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("command", ["remember", "diff"])
def test_a_process_that_is_killed_is_one_sentence(
    run: Run, encoder: Listening, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    here = os.getpid()
    monkeypatch.setattr(lookers, "_FEW", 1)
    encoder.on_read = lambda: None if os.getpid() == here else os.kill(os.getpid(), signal.SIGKILL)
    assert_refused(
        run(command, "--processes", "2"),
        1,
        "A process that looked questions up was ended from outside, perhaps for want of memory: "
        "try again, or with --processes 1.",
    )
    encoder.on_read = lambda: None
    assert run(command, "--processes", "2").exit_code == 0


@pytest.mark.usefixtures("asked")
def test_ctrl_c_is_one_sentence_and_keeps_what_was_looked_up(
    run: Run, encoder: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    def after(count: int) -> None:
        if len(encoder.read_of(ASKED)) > count:
            raise KeyboardInterrupt

    monkeypatch.setattr(remembering, "_BATCH", 1)
    monkeypatch.setattr(remembering, "_SAVED_AFTER", 2)
    encoder.on_read = lambda: after(3)
    assert_refused(run("remember", "--processes", "1"), 130, "Interrupted.")
    encoder.on_read = lambda: None
    assert "4 were looked up" in said(run)


@pytest.mark.usefixtures("shop")
def test_nothing_was_asked(run: Run) -> None:
    assert said(run) == "Nothing has been asked yet that is no phrasing of the FAQ.\n"


@pytest.mark.usefixtures("shop")
def test_one_at_a_time(run: Run, tmp_path: Path) -> None:
    with only_one(tmp_path / "var" / "remembering.lock", "x"):
        result = run("remember")
    assert result.exit_code == 1
    told = f"Past questions are being remembered in {tmp_path / 'var'} already (process"
    assert result.stderr.startswith(told)
    assert result.stderr.count("\n") == 1


def test_nothing_is_live(run: Run, encoder: Listening, tmp_path: Path) -> None:
    folder = tmp_path / "var" / "index"
    assert_refused(run("remember"), 1, f"No index has been built in {folder} yet.")
    assert not encoder.encoded


@pytest.mark.parametrize("command", ["remember", "diff"])
@pytest.mark.parametrize("count", ["0", "65", "two"])
def test_how_many_processes_there_may_be(run: Run, command: str, count: str) -> None:
    result = run(command, "--processes", count)
    assert result.exit_code == 2 and "--processes" in result.stderr
