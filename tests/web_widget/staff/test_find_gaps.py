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
    said = {"days": "28", "language": "en", "keys": keys}
    done = await lea.submit("/staff/gaps", do="phrasings", entry=entry.id, **said)
    review = done.headers["location"]
    assert review == f"/staff/faqs/en/{entry.id}/review"
    assert load_faq(home / "faq")[0] == entry
    page = await lea.see(review)
    assert re.search(r"<ins>\s*qqq zzz kites xylophone", page)
    assert "were asked of the live" in page
    await lea.submit("/staff/gaps", do="phrasings", entry=entry.id, **said)
    await lea.submit(review, do="publish", revision="2", why="asked in vain")
    added = load_faq(home / "faq")[0].also_asked[len(entry.also_asked) :]
    assert sorted(added) == ["qqq zzz kites xylophone", "qqq zzz kites xylophones"]
    nobody = await lea.submit("/staff/gaps", do="phrasings", entry="nobody", **said)
    assert nobody.status_code == 404
    nothing = await lea.submit("/staff/gaps", do="phrasings", entry=entry.id, language="en")
    assert nothing.status_code == 400 and "Nothing was changed" in nothing.text


@pytest.mark.usefixtures("unanswered")
async def test_starts_a_new_entry(lea: Person, home: Path) -> None:
    first = load_faq(home / "faq")[0]
    facts = {"id": "kites", "question": "Do you sell kites?", "answer": "Yes:\n\n- red"}
    done = await lea.submit("/staff/gaps", do="entry", language="en", file=first.file, **facts)
    assert done.headers["location"] == "/staff/faqs/en/kites"
    assert "Do you sell kites?" in await lea.see("/staff/faqs/en/kites")
    again = await lea.submit("/staff/gaps", do="entry", language="en", file=first.file, **facts)
    assert again.status_code == 409 and "Lea has saved this draft" in again.text
    wrong = await lea.submit("/staff/gaps", do="entry", language="en", **{**facts, "id": "No!"})
    assert wrong.status_code == 400 and "id must be" in wrong.text


async def test_puts_subjects_together_and_takes_them_apart(
    app: App, lea: Person, vera: Customer
) -> None:
    for text in ("qqq zzz kites xylophone", "vvvv jjjj balloons wwww"):
        await vera.send(text)
        await app.desk.idle()
    assert (await vera.post("/handoff", {})).status_code == 200
    page = await lea.see("/staff/gaps")
    kites, balloons = keys_of(page)[0], keys_of(page)[-1]
    assert kites != balloons
    done = await lea.submit(
        "/staff/gaps", do="merge", days="28", language="en", keys=kites, others=balloons
    )
    page = await lea.see(done.headers["location"])
    assert "The two subjects are one" in page
    (together,) = set(keys_of(page))
    assert set(together.split()) == {kites, balloons}
    wrong = await lea.submit("/staff/gaps", do="split", language="en", keys=kites, key=kites)
    assert wrong.status_code == 400
    await lea.submit("/staff/gaps", do="split", language="en", keys=together, key=kites)
    assert set(keys_of(await lea.see("/staff/gaps"))) == {kites, balloons}


async def test_sees_wishes_apart(app: App, lea: Person, vera: Customer) -> None:
    await vera.send("it would be nice if you sold zzz kites")
    await app.desk.idle()
    await vera.post("/handoff", {})
    assert "Wishes" in await lea.see("/staff/gaps")


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
