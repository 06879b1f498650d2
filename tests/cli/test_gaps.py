"""`kotae gaps`: a support lead does on the command line what the page /staff/gaps does."""

from __future__ import annotations

import asyncio
import csv
import json
import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from typer.testing import Result

import faq_index
from faq_index import LiveIndex, ensure_index, load_faq
from helpdesk.clock import utc_now
from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.push import Hub
from helpdesk.rasa import RasaClient
from helpdesk.settings import DeskSettings
from helpdesk.store.gaps import Dismissal
from helpdesk.versions import Versions
from helpdesk.wording import load_wording
from tests.cli.commands import Run, assert_refused
from tests.cli.helpers import ROOT
from tests.faq_index.fakes import TrigramEncoder
from tests.helpdesk.fakes import HANDOFF, NO_ANSWER, FakeClock, FakeRasa, open_widget
from web_widget.cli import gap_drafts

KITES = "qqq zzz kites xylophone"
ALSO_KITES = "qqq zzz kites xylophones"
CODE = "=cmd() wwwww jjjjj"
PASSWORD = "correct horse battery"
Work = Callable[[Database], Awaitable[Any]]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The FAQ of a shop, live; returns its folder."""
    folder = tmp_path / "data" / "faq"
    shutil.copytree(ROOT / "tests" / "web_widget" / "faq", folder)
    monkeypatch.setattr(faq_index, "load_encoder", lambda *_: TrigramEncoder())
    ensure_index(folder, tmp_path / "var" / "index", TrigramEncoder())
    return folder


@pytest.fixture
def url(tmp_path: Path, schema: str | None) -> str:
    return schema or f"sqlite:///{tmp_path / 'var' / 'kotae.db'}"


@pytest.fixture
def asked(shop: Path, url: str) -> None:
    """Two customers ask for kites and one of them is answered by Ana; a third asks for nothing
    that a spreadsheet should run; and Lea, a lead, may act."""

    async def work(db: Database) -> None:
        rasa, clock = FakeRasa(), FakeClock(utc_now() - timedelta(hours=2))
        live = LiveIndex(ensure_index(shop, shop.parents[1] / "var" / "index", TrigramEncoder()))
        wording = load_wording(ROOT / "data" / "wording", ("en", "ja"))
        told = DeskSettings(time_zone=ZoneInfo("UTC"), team_name="Yamamichi")
        async with httpx.AsyncClient(transport=httpx.MockTransport(rasa)) as http:
            client = RasaClient(http, "http://rasa", "secret", timeout=5)
            desk = Helpdesk(db, Hub(), live, client, wording, told, clock)
            ana = await desk.add_staff("ana", "Ana", "agent", PASSWORD)
            await desk.add_staff("lea@shop.example", "Lea", "lead", PASSWORD)
            await desk.add_staff("ben", "Ben", "lead", PASSWORD)
            for name, text in (("vera", KITES), ("walt", ALSO_KITES), ("zoe", CODE)):
                customer = await open_widget(desk, visitor=name)
                rasa.says(NO_ANSWER)
                await customer.says(text)
                if name == "vera":
                    rasa.says(HANDOFF)
                    await customer.says("a person please")
                    await desk.claim(customer.id, ana)
                    await desk.agent_message(customer.id, ana, "r1", "Yes, in red and blue.")
                    clock.forward(minutes=7)
                    await desk.close(customer.id, ana)
            await desk.stop()

    _with(url, work)


def _with(url: str, work: Work) -> Any:
    async def run() -> Any:
        db = Database(url)
        await asyncio.to_thread(db.upgrade)
        try:
            return await work(db)
        finally:
            await db.close()

    return asyncio.run(run())


def listed(run: Run, *words: str) -> dict[str, Any]:
    result = run("gaps", *words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def group(run: Run, text: str = KITES) -> dict[str, Any]:
    found = listed(run)
    every = [*found["subjects"], *found["dismissed"]]
    one: dict[str, Any] = next(
        each for each in every if text in [wording["text"] for wording in each["wordings"]]
    )
    return one


def acts(run: Run, *words: str, by: str = "lea@shop.example") -> Result:
    return run("gaps", *words, "--as", by)


@pytest.mark.usefixtures("asked")
def test_lists_what_was_asked_in_vain_the_costliest_first(run: Run) -> None:
    result = run("gaps")
    assert result.exit_code == 0, result.output
    kites = group(run)
    assert f"{kites['id']}  {kites['question']}  [en]" in result.stdout
    assert "2 customers (0 before), 7 min of agents" in result.stdout
    assert result.stdout.index(kites["question"]) < result.stdout.index(CODE)
    assert listed(run, "--language", "ja") == {
        "subjects": [],
        "dismissed": [],
        "not_asked_since": 0,
    }


@pytest.mark.usefixtures("asked")
def test_shows_a_group_with_its_questions_and_the_reply(run: Run) -> None:
    kites = group(run)
    shown = run("gaps", "show", kites["id"]).stdout
    for wording in kites["wordings"]:
        assert f"{wording['key'][:8]}  {wording['text']}" in shown
    assert "question: 1 unanswered, 1 handed off; last on " in shown
    assert "an agent wrote:\n    Yes, in red and blue." in shown
    other = kites["wordings"][1]["key"][:10]
    assert json.loads(run("gaps", "show", other, "--json").stdout) == kites


@pytest.mark.usefixtures("asked")
def test_complaints_and_wishes_stand_apart(run: Run, url: str) -> None:
    assert "Wishes" not in run("gaps").stdout

    async def work(db: Database) -> None:
        from sqlalchemy import update

        from helpdesk.store.tables import messages

        wish = "it would be nice if you sold zzz kites"
        query = update(messages).where(messages.c.text == CODE).values(text=wish)
        await db.write(lambda link: link.execute(query) and None)

    _with(url, work)
    listed_ = run("gaps").stdout
    assert listed_.index("Questions") < listed_.index("Wishes") < listed_.index("it would be nice")


@pytest.mark.usefixtures("asked")
def test_adds_the_words_to_an_entry_and_publishes_only_when_told_to(
    run: Run, shop: Path, url: str
) -> None:
    kites, before = group(run), load_faq(shop)[0]
    result = acts(run, "add", kites["id"], before.id)
    assert result.exit_code == 0, result.output
    assert "questions and phrasings are treated differently" in result.stdout
    assert f"Newly answered: 2 questions, asked 2 times\n  {KITES}" in result.stdout
    assert "Self-resolution rate: expected +" in result.stdout
    place = f"/staff/faqs/en/{before.id}/review"
    assert f"Nothing is published: the draft is kept, see {place}." in result.stdout
    assert load_faq(shop)[0] == before
    done = acts(run, "review", before.id, "--publish", "--why", "asked in vain")
    assert done.exit_code == 0, done.output
    assert f"{before.id} is published; where Kotae runs it is live within seconds." in done.stdout
    added = load_faq(shop)[0].also_asked[len(before.also_asked) :]
    assert sorted(added) == [KITES, ALSO_KITES]
    newest = _with(url, lambda db: Versions(db, utc_now).of(before.id, "en"))[0]
    assert (newest.by, newest.why) == ("Lea", "asked in vain")
    assert_refused(acts(run, "review", before.id), 1, f"There is no draft of {before.id}.")


@pytest.mark.usefixtures("asked")
def test_is_asked_before_it_is_published(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gap_drafts, "somebody_types", lambda: True)
    kites, before = group(run), load_faq(shop)[0]
    words = ("gaps", "add", kites["id"], before.id, "--as", "ben")
    no = run(*words, input="n\n")
    assert "Publish this? [y/N]" in no.stdout and "Nothing is published" in no.stdout
    assert load_faq(shop)[0] == before
    yes = run(*words, input="y\n")
    assert yes.exit_code == 0 and f"{before.id} is published" in yes.stdout
    assert set(load_faq(shop)[0].also_asked) > {KITES, ALSO_KITES}


@pytest.mark.usefixtures("asked")
def test_adds_chosen_questions_at_once(run: Run, shop: Path) -> None:
    kites, before = group(run), load_faq(shop)[0]
    chosen = next(each for each in kites["wordings"] if each["text"] == ALSO_KITES)
    words = ("add", kites["id"], before.id, "--only", chosen["key"][:8], "--publish", "--json")
    told = json.loads(acts(run, *words).stdout)
    assert (told["published"], told["entry"], told["problems"]) == (True, before.id, [])
    assert {change["kind"] for change in told["impact"]["comparison"]["changes"]}
    assert load_faq(shop)[0].also_asked[len(before.also_asked) :] == (ALSO_KITES,)


@pytest.mark.usefixtures("asked")
def test_starts_an_entry_from_what_an_agent_wrote(run: Run, shop: Path) -> None:
    kites = group(run)
    asked_for = ("new", kites["id"], "--question", "Do you sell kites?", "--publish")
    result = acts(run, *asked_for)
    assert result.exit_code == 0, result.output
    assert "do-you-sell-kites is published" in result.stdout
    new = next(entry for entry in load_faq(shop) if entry.id == "do-you-sell-kites")
    assert (new.question, new.answer.strip()) == ("Do you sell kites?", "Yes, in red and blue.")
    assert (new.language, new.file) == ("en", "shop.en.yml")
    code = group(run, CODE)
    assert_refused(
        acts(run, "new", code["id"]),
        1,
        f"No agent has answered {code['id']}: write --answer or --answer-file.",
    )
    wrong = acts(run, "new", kites["id"], "--file", "none.yml")
    assert "none.yml holds no entries in en; these do: shop.en.yml." in wrong.stderr
    bad = acts(run, "new", kites["id"], "--id", "No!")
    assert_refused(bad, 1, "id must be 1 to 64 of a-z, 0-9, _ and -.")


@pytest.mark.usefixtures("asked")
def test_the_golden_set_blocks_and_the_files_refuse(run: Run, shop: Path) -> None:
    kites, before = group(run), load_faq(shop)[0]
    golden = f"must_not_answer: [{{ask: {KITES}, language: en}}]\n"
    (shop.parent / "golden.yml").write_text(golden, encoding="utf-8")
    result = acts(run, "add", kites["id"], before.id, "--publish")
    assert result.exit_code == 1 and f"Nothing was published: '{KITES}'." in result.stderr
    assert "Questions of the golden set that would not be kept:" in result.stdout
    assert load_faq(shop)[0] == before
    (shop.parent / "golden.yml").unlink()
    same = acts(run, "new", kites["id"], "--id", before.id, "--question", before.question)
    assert same.exit_code == 1
    told = json.loads(acts(run, "review", before.id, "--language", "en", "--json").stdout)
    assert told["published"] is False


@pytest.mark.usefixtures("asked")
def test_another_person_publishes_where_that_is_set(run: Run, shop: Path) -> None:
    kites, before = group(run), load_faq(shop)[0]
    two = {"KOTAE_FAQ_REVIEW": "true"}
    words = ("gaps", "add", kites["id"], before.id, "--publish", "--as", "lea@shop.example")
    alone = run(*words, settings=two)
    assert alone.exit_code == 1
    assert "Another person must look at this draft and publish it." in alone.stderr
    assert load_faq(shop)[0] == before
    review = ("gaps", "review", before.id, "--publish", "--as", "ben")
    assert run(*review, settings=two).exit_code == 0
    assert load_faq(shop)[0] != before


@pytest.mark.usefixtures("asked")
def test_leaves_a_group_with_a_reason_and_takes_it_up_again(run: Run, url: str) -> None:
    id = group(run)["id"]
    sentence = "reason must have 1 to 200 characters."
    assert_refused(acts(run, "dismiss", id, "--reason", " "), 1, sentence)
    assert_refused(acts(run, "reopen", id), 1, f"{id} was not left unanswered.")
    result = acts(run, "dismiss", id, "--reason", "Not our trade.")
    assert result.stdout.startswith(f"{id} is left unanswered: ")
    kept: list[Dismissal] = _with(url, lambda db: db.read(_dismissals))
    names = {each.login: each.id for each in _with(url, lambda db: db.read(_everyone))}
    assert {(each.reason, each.staff_id) for each in kept} == {
        ("Not our trade.", names["lea@shop.example"])
    }
    assert "Left unanswered on purpose" in run("gaps").stdout
    assert [each["id"] for each in listed(run)["dismissed"]] == [id]
    assert acts(run, "reopen", id).exit_code == 0
    assert listed(run)["dismissed"] == []


@pytest.mark.usefixtures("asked")
def test_puts_groups_together_and_takes_them_apart(run: Run) -> None:
    kites, code = group(run), group(run, CODE)
    assert acts(run, "merge", code["id"], kites["id"]).exit_code == 0
    together = group(run)
    assert {each["text"] for each in together["wordings"]} == {KITES, ALSO_KITES, CODE}
    again = acts(run, "merge", code["id"], kites["id"])
    assert_refused(again, 1, f"{code['id']} and {kites['id']} are one group already.")
    told = json.loads(acts(run, "split", kites["id"], code["id"], "--json").stdout)
    assert told["done"] == f"is without {code['id']} now"
    assert group(run, CODE)["wordings"] == code["wordings"]
    alone = acts(run, "split", code["id"], code["id"])
    assert_refused(alone, 1, f"{code['id']} has one question only.")


@pytest.mark.usefixtures("asked")
def test_takes_them_into_files_that_run_nothing(run: Run, tmp_path: Path) -> None:
    assert run("gaps", "export", "g.csv").stdout == "2 groups written to g.csv.\n"
    with (tmp_path / "g.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert f"'{CODE}" in [row["wording"] for row in rows]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
    assert (tmp_path / "g.csv").stat().st_mode & 0o077 == 0
    assert run("gaps", "export", "g.json").exit_code == 0
    assert json.loads((tmp_path / "g.json").read_text(encoding="utf-8")) == listed(run)


@pytest.mark.usefixtures("asked")
def test_what_is_not_there_is_said(run: Run) -> None:
    id = group(run)["id"]
    for words, sentence in (
        (("show", "abcd1234"), "No group has the id abcd1234 in the last 28 days; "),
        (("show", "kites"), "'kites' is no id; `kotae gaps` shows them."),
        (("export", "g.txt"), "g.txt must end with .csv or .json."),
        (("export", "none/g.csv"), "The folder none does not exist."),
        (("show", id, "--days", "0"), "--days is 0, must be from 1 to 366."),
        (("add", id, "x", "--as", "nobody"), "There is nobody with the login 'nobody'."),
        (("add", id, "x", "--as", "ana"), "ana is agent; only a lead or an admin may do this."),
        (("add", id, "nobody", "--as", "ben"), "There is no entry nobody in en."),
        (("add", id, "--as", "ben"), "No agent named an entry: name it; the nearest is "),
        (("split", id, "abcd1234", "--as", "ben"), f"{id} has no question abcd1234; "),
        (("add", id, "x"), "Missing option '--as'."),
        (("dismiss", id, "--as", "ben"), "Missing option '--reason'."),
        (("--days", "7", "show", id), "Write options after `kotae gaps show`."),
    ):
        result = run("gaps", *words)
        assert result.exit_code in (1, 2) and result.stderr.startswith(sentence), result.output
        assert "Traceback" not in result.output and result.stderr.count("\n") == 1
    run("user", "disable", "ben")
    locked = run("gaps", "reopen", id, "--as", "ben")
    assert_refused(locked, 1, "ben is locked out; `kotae user enable` lets her in again.")


def test_nothing_was_asked_in_vain(run: Run, shop: Path) -> None:
    assert run("gaps").stdout == "Nothing was asked in vain in the last 28 days.\n"
    assert shop.is_dir()


def _dismissals(link: Any) -> list[Dismissal]:
    from helpdesk.store.gaps import dismissals

    return dismissals(link)


def _everyone(link: Any) -> Any:
    from helpdesk.store.staff import everyone

    return everyone(link)
