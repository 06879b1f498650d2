"""A support lead finds what customers asked in vain and makes something of it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from faq_index import load_faq
from tests.web_widget.staff.support import Person
from tests.web_widget.support import Customer
from web_widget.app import App

KEYS = re.compile(r'name="keys" value="([0-9a-f ]+)"')


@pytest.fixture
async def unanswered(app: App, vera: Customer, walt: Customer) -> None:
    """Two customers ask for the same thing, and one for nothing that a page should run."""
    await vera.send("qqq zzz kites xylophone")
    await walt.send("qqq zzz kites xylophones")
    await walt.send("=cmd()<script>alert(1)</script> wwwww")
    await app.desk.idle()
    for customer in (vera, walt):
        assert (await customer.post("/handoff", {})).status_code == 200


def keys_of(page: str) -> list[str]:
    return KEYS.findall(page)


@pytest.mark.usefixtures("unanswered")
async def test_sees_what_was_asked_in_vain(lea: Person) -> None:
    page = await lea.see("/staff/gaps")
    assert "qqq zzz kites xylophone" in page
    assert "<script>alert" not in (await lea.get("/staff/gaps")).text
    empty = await lea.see("/staff/gaps?days=7")
    assert "7 days" in empty


@pytest.mark.usefixtures("unanswered")
async def test_adds_customers_words_to_the_entry_that_should_have_answered(
    lea: Person, home: Path
) -> None:
    entry = load_faq(home / "faq")[0]
    page = await lea.see("/staff/gaps")
    keys = next(keys for keys in keys_of(page) if "kites" in words_around(page, keys))
    done = await lea.submit(
        "/staff/gaps", do="phrasings", days="28", language="en", keys=keys, entry=entry.id
    )
    assert done.headers["location"] == "/staff/gaps?days=28&done=added"
    assert "will be live in a few seconds" in await lea.see(done.headers["location"])
    added = load_faq(home / "faq")[0].also_asked[len(entry.also_asked) :]
    assert "qqq zzz kites xylophone" in added
    again = await lea.submit(
        "/staff/gaps", do="phrasings", days="28", language="en", keys=keys, entry=entry.id
    )
    assert again.status_code == 400 and "Nothing was changed" in again.text


@pytest.mark.usefixtures("unanswered")
async def test_starts_a_new_entry(lea: Person, home: Path) -> None:
    file = load_faq(home / "faq")[0].file
    facts = {"id": "kites", "question": "Do you sell kites?", "answer": "Yes:\n\n- red"}
    done = await lea.submit("/staff/gaps", do="entry", language="en", file=file, **facts)
    assert done.headers["location"].endswith("done=started")
    (new,) = [entry for entry in load_faq(home / "faq") if entry.id == "kites"]
    assert new.answer.strip() == "Yes:\n\n- red"
    for wrong in ("../../outside.yml", "/etc/hosts"):
        refused = await lea.submit("/staff/gaps", do="entry", language="en", file=wrong, **facts)
        assert refused.status_code == 409


@pytest.mark.usefixtures("unanswered")
async def test_leaves_a_subject_and_takes_it_up_again(lea: Person) -> None:
    keys = keys_of(await lea.see("/staff/gaps"))[0]
    said = {"days": "28", "language": "en", "keys": keys}
    nothing = await lea.submit("/staff/gaps", do="dismiss", reason=" ", **said)
    assert nothing.status_code == 400 and "reason must have 1 to 200 characters" in nothing.text
    await lea.submit("/staff/gaps", do="dismiss", reason="Not our <b>trade</b>", **said)
    page = await lea.get("/staff/gaps")
    assert "Not our &lt;b&gt;trade" in page.text and "Look at it again" in page.text
    await lea.submit("/staff/gaps", do="reopen", language="en", keys=keys)
    assert "Look at it again" not in await lea.see("/staff/gaps")


@pytest.mark.usefixtures("unanswered")
async def test_takes_them_into_a_spreadsheet_that_runs_nothing(lea: Person) -> None:
    response = await lea.get("/staff/gaps.csv")
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert {row["language"] for row in rows} == {"en"}
    cells = [cell for row in rows for cell in row.values()]
    assert any(cell.startswith("'=cmd()") for cell in cells)
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def words_around(page: str, keys: str) -> str:
    """The card of a subject."""
    end = page.index(keys)
    return page[page.rindex("<section", 0, end) : end]
