"""A support lead changes what the bot says, in the browser and in the files alike."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from faq_index import Entry, load_faq
from faq_index.editing import change_entry, find_entry, remove_entry
from tests.web_widget.conftest import MakeApp, client_of
from tests.web_widget.staff.conftest import TEAM
from tests.web_widget.staff.support import PASSWORD, Person
from tests.web_widget.support import Customer
from web_widget.app import App

PLACE = "/staff/faqs/en/track-order"


def entry_of(home: Path, entry_id: str = "track-order") -> Entry:
    entry = find_entry(home / "faq", entry_id, "en")
    assert entry is not None
    return entry


def fields(page: str) -> dict[str, str]:
    """What the form of the editor would send, as far as these tests change nothing of it."""
    found = dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)<', page))
    chosen = re.search(r'name="handoff">.*?<option value="(\w+)" selected', page)
    return {**found, "handoff": chosen[1] if chosen else "offer"}


async def save(person: Person, place: str = PLACE, do: str = "save", **changes: str) -> Any:
    form = fields(await person.see(place))
    form.pop("csrf"), form.pop("do", None)
    return await person.submit(place, **{**form, "do": do, **changes})


async def publish(person: Person, place: str = PLACE, **more: str) -> Any:
    revision = fields(await person.see(place))["revision"]
    form = {"do": "publish", "revision": revision, "why": "", **more}
    return await person.submit(f"{place}/review", **form)


async def test_changes_an_answer_sees_what_that_does_and_publishes_it(
    lea: Person, home: Path
) -> None:
    before = entry_of(home)
    saved = await save(lea, answer="Ask **us**.\n\n- now", owner="logistics", do="review")
    assert saved.headers["location"] == f"{PLACE}/review"
    assert entry_of(home) == before
    page = await lea.see(f"{PLACE}/review")
    assert "<ins>logistics</ins>" in page
    assert "were asked of the live" in page and "Every one of them is treated as before" in page
    done = await publish(lea, why="shorter")
    assert done.headers["location"] == "/staff/faqs?done=published"
    now = entry_of(home)
    assert (now.answer, now.owner) == ("Ask **us**.\n\n- now", "logistics")
    assert replace(now, answer="", owner=None, line=0) == replace(
        before, answer="", owner=None, line=0
    )
    page = await lea.see(f"{PLACE}/history")
    assert "Lea" in page and "shorter" in page and "The first state known" in page
    assert "changed in the file" in page


async def test_restores_an_older_state(lea: Person, home: Path) -> None:
    before = entry_of(home)
    await save(lea, answer="New.", also_asked="\n".join([*before.also_asked, "qqq zzz"]))
    await publish(lea)
    assert entry_of(home).answer == "New."
    done = await lea.submit(f"{PLACE}/history", number="1")
    assert done.headers["location"] == f"{PLACE}/review"
    await publish(lea)
    now = entry_of(home)
    assert (now.answer, now.also_asked) == (before.answer, before.also_asked)
    assert (await lea.submit(f"{PLACE}/history", number="99")).status_code == 404


async def test_writes_a_new_entry_and_its_translation(lea: Person, home: Path) -> None:
    facts = {"question": "Do you sell kites?", "answer": "Yes.", "also_asked": "any kites"}
    new = {"id": "kites", "language": "en", "file": "shop.en.yml", "do": "review", **facts}
    done = await lea.submit("/staff/faqs", **new)
    assert done.headers["location"] == "/staff/faqs/en/kites/review"
    await publish(lea, "/staff/faqs/en/kites")
    assert entry_of(home, "kites").also_asked == ("any kites",)
    page = await lea.see("/staff/faqs/en/kites")
    assert "There is no Japanese translation" in page
    asked = await lea.see("/staff/faqs/new?id=kites&language=ja")
    assert 'value="kites"' in asked
    japanese = {"question": "\u51e7\u306f\u3042\u308a\u307e\u3059\u304b", "answer": "\u306f\u3044"}
    place = {"id": "kites", "language": "ja", "file": "ja/toys.yml", "topic": "Toys", "do": "save"}
    await lea.submit("/staff/faqs", **place, **japanese)
    await publish(lea, "/staff/faqs/ja/kites")
    found = find_entry(home / "faq", "kites", "ja")
    assert found is not None and (found.topic, found.file) == ("Toys", "ja/toys.yml")
    taken = await lea.submit("/staff/faqs", **new)
    assert taken.status_code == 400 and "The field \u201cId\u201d cannot be read" in taken.text
    assert "Do you sell kites?" in taken.text


async def test_removes_an_entry_and_brings_it_back(lea: Person, home: Path) -> None:
    await save(lea, do="remove")
    assert "The entry is removed" in await lea.see(f"{PLACE}/review")
    await publish(lea)
    assert find_entry(home / "faq", "track-order", "en") is None
    assert "The entry was removed." in await lea.see(f"{PLACE}/history")
    await lea.submit(f"{PLACE}/history", number="1")
    await publish(lea)
    assert entry_of(home).question


async def test_what_the_files_would_refuse_is_said_and_not_published(
    lea: Person, home: Path
) -> None:
    other = next(e for e in load_faq(home / "faq") if e.language == "en" and e.id != "track-order")
    await save(lea, also_asked=other.question)
    page = await lea.see(f"{PLACE}/review")
    assert f"`{other.question}` is already a phrasing at shop.en.yml:" in page
    before = (home / "faq" / "shop.en.yml").read_text()
    refused = await publish(lea)
    assert refused.status_code == 400 and "Nothing was changed." in refused.text
    assert str(home) not in refused.text
    assert (home / "faq" / "shop.en.yml").read_text() == before


async def test_a_field_that_cannot_be_read_loses_nothing(lea: Person) -> None:
    again = await save(lea, answer="My long new words.", review_by="soon")
    assert again.status_code == 400 and "Review by" in again.text
    assert "My long new words." in again.text
    again = await save(lea, answer="My long new words.", links="https://no-title.example")
    assert again.status_code == 400 and "My long new words." in again.text


async def test_two_leads_on_one_draft_are_told_and_not_overwritten(
    lea: Person, ada: Person, home: Path
) -> None:
    form = fields(await lea.see(PLACE))
    form.pop("csrf")
    await save(ada, answer="Words of Ada.")
    late = await lea.submit(PLACE, **{**form, "do": "save", "answer": "Words of Lea."})
    assert late.status_code == 409
    assert "Ada has saved this draft meanwhile" in late.text
    assert "Words of Ada." in late.text and "Words of Lea." in late.text
    assert "Words of Ada." in await lea.see(PLACE)
    stale = await lea.submit(f"{PLACE}/review", do="publish", revision="0")
    assert stale.status_code == 409
    dropped = await lea.submit(PLACE, do="drop", revision="7")
    assert dropped.status_code == 409
    assert (await lea.submit(PLACE, do="drop", revision="1")).status_code == 303
    assert "Words of Ada." not in await lea.see(PLACE)
    assert entry_of(home).answer not in ("Words of Ada.", "Words of Lea.")


async def test_a_change_in_the_file_meanwhile_is_merged(lea: Person, home: Path) -> None:
    await save(lea, answer="From the browser.")
    base = entry_of(home)
    change_entry(home / "faq", base, replace(base, owner="by file"))
    assert "Both changes are kept. Changed there: Owner" in await lea.see(f"{PLACE}/review")
    await publish(lea)
    assert (entry_of(home).answer, entry_of(home).owner) == ("From the browser.", "by file")


@pytest.mark.parametrize("kept", ["mine", "theirs"])
async def test_a_contradicting_change_in_the_file_is_shown_and_chosen(
    lea: Person, home: Path, kept: str
) -> None:
    await save(lea, answer="From the browser.", owner="lea")
    base = entry_of(home)
    change_entry(home / "faq", base, replace(base, answer="From the file."))
    page = await lea.see(f"{PLACE}/review")
    assert (
        "You and the file changed the same" in page
        and "From the file."
        in page.replace("<ins>", "")
        .replace("</ins>", "")
        .replace("<del>", "")
        .replace("</del>", "")
        or "<ins>" in page
    )
    refused = await publish(lea)
    assert refused.status_code == 409 and entry_of(home).answer == "From the file."
    await publish(lea, do="settle", **{"keep.answer": kept})
    await publish(lea)
    expected = "From the browser." if kept == "mine" else "From the file."
    assert (entry_of(home).answer, entry_of(home).owner) == (expected, "lea")


async def test_an_entry_removed_from_its_file_meanwhile_is_not_lost(
    lea: Person, home: Path
) -> None:
    await save(lea, answer="From the browser.")
    remove_entry(home / "faq", entry_of(home))
    assert "was removed from its file" in await lea.see(f"{PLACE}/review")
    await publish(lea, do="settle")
    await publish(lea)
    assert entry_of(home).answer == "From the browser."


async def test_a_broken_file_is_named_on_the_page_and_nothing_is_published(
    lea: Person, home: Path
) -> None:
    await save(lea, answer="New.")
    path = home / "faq" / "shop.en.yml"
    good = path.read_text()
    path.write_text(good + "\n  - id: bad\n    question: x?\n    anser: y\n")
    page = await lea.see("/staff/faqs")
    assert "shop.en.yml:" in page and "`anser` is not a key of an entry" in page
    assert str(home) not in page
    assert "`anser` is not a key" in await lea.see(f"{PLACE}/review")
    assert (await publish(lea)).status_code == 400
    path.write_text(good)
    assert "`anser`" not in await lea.see("/staff/faqs")


async def test_the_golden_set_blocks_publication(app: App, lea: Person, home: Path) -> None:
    question = entry_of(home).question
    app.settings.golden.write_text(
        "must_answer:\n"
        f"  - {{ask: '{question}', language: en, entry: track-order}}\n"
        "  - {ask: 'never asked zzz qqq', language: en, entry: track-order}\n"
    )
    await save(lea, question="Vvvv jjjj balloons?", also_asked="qqqq wwww rrrr")
    page = await lea.see(f"{PLACE}/review")
    assert f"Golden question “{question}” must be answered by" in page
    assert "This is so already" in page
    refused = await publish(lea)
    assert refused.status_code == 409 and "golden questions would no longer be kept" in refused.text
    assert entry_of(home).question == question


async def test_past_questions_are_asked_of_the_new_faq(
    app: App, lea: Person, vera: Customer
) -> None:
    await vera.send("qqq zzz kites xylophone")
    await app.desk.idle()
    await save(lea, also_asked="qqq zzz kites xylophone")
    page = await lea.see(f"{PLACE}/review")
    assert "Newly answered" in page and "qqq zzz kites xylophone" in page
    assert "asked 1 time" in page and "Expected change in the self-resolution rate: +" in page


async def test_where_the_team_wants_it_another_person_publishes(
    make_app: MakeApp, home: Path
) -> None:
    app = make_app(faq_review="true")
    async with client_of(app) as one, client_of(app) as two:
        lea, ada = Person(one), Person(two)
        for login, person in (("lea", lea), ("ada", ada)):
            await app.desk.add_staff(login, *TEAM[login], PASSWORD)
            await person.sign_in(login)
        await save(lea, answer="Words of Lea.")
        refused = await publish(lea)
        assert refused.status_code == 403 and entry_of(home).answer != "Words of Lea."
        await publish(lea, do="ask", why="please look")
        page = await ada.see("/staff/faqs?show=review")
        assert "1 entry" in page and "track-order" in page
        assert "please look" in await ada.see(f"{PLACE}/review")
        await publish(ada, do="back", why="shorter")
        assert "shorter" in await lea.see(PLACE)
        await save(lea, answer="Shorter words.")
        await publish(ada)
        assert entry_of(home).answer == "Shorter words."


async def test_a_change_in_a_file_stands_in_the_history(app: App, lea: Person, home: Path) -> None:
    await app.workshop.note()
    base = entry_of(home)
    change_entry(home / "faq", base, replace(base, answer="From the file."))
    await app.workshop.note()
    page = await lea.see(f"{PLACE}/history")
    assert "Version 2" in page and page.count("changed in the file") == 2
    remove_entry(home / "faq", entry_of(home))
    assert "The entry was removed." in await lea.see(f"{PLACE}/history")


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("text=track", True),
        ("text=no+such+words", False),
        ("language=ja", False),
        ("show=unowned&language=en", True),
        ("show=stale", False),
        ("show=draft", False),
        ("from=9999", False),
    ],
)
async def test_finds_entries(lea: Person, query: str, seen: bool) -> None:
    page = await lea.see(f"/staff/faqs?{query}")
    assert ('href="/staff/faqs/en/track-order"' in page) == seen


async def test_finds_entries_that_need_a_look(
    app: App, lea: Person, vera: Customer, home: Path
) -> None:
    async def listed(query: str) -> set[str]:
        page = await lea.see(f"/staff/faqs?language=en&{query}")
        return set(re.findall(r'href="/staff/faqs/en/([\w-]+)"', page))

    every = {entry.id for entry in load_faq(home / "faq") if entry.language == "en"}
    assert await listed("topic=Orders+and+delivery") == every
    assert await listed("topic=Nothing") == set()
    assert await listed("show=never_shown") == set()  # Nobody has asked yet.
    for _ in range(3):
        await vera.send("Do you repair tents?")
        await app.desk.idle()
        answers = [m for m in await vera.messages() if m.get("faq_id") == "tent-repair"]
        await vera.post("/feedback", {"message_seq": answers[-1]["seq"], "helpful": False})
    assert await listed("show=never_shown") == every - {"tent-repair"}
    assert await listed("show=poor") == {"tent-repair"}
    base = entry_of(home)
    changed = replace(base, owner="logistics", review_by=date(2020, 1, 1))
    change_entry(home / "faq", base, changed)
    assert await listed("show=stale") == await listed("owner=logistics") == {"track-order"}
    assert await listed("show=unowned") == every - {"track-order"}
    await save(lea, answer="Look.")
    assert await listed("show=draft") == {"track-order"}
    assert "track-order" not in await listed("show=untranslated")


async def test_what_a_lead_types_is_never_markup(lea: Person) -> None:
    nasty = "</textarea><script>alert(1)</script>"
    await save(lea, question=nasty, answer=nasty, owner=nasty, tags=nasty, also_asked=nasty)
    for path in ("/staff/faqs", PLACE, f"{PLACE}/review", f"{PLACE}/history"):
        assert "<script>alert" not in (await lea.get(path)).text
    await publish(lea, why=nasty)
    assert "<script>alert" not in (await lea.get(f"{PLACE}/history")).text


async def test_a_long_japanese_answer_fits_into_the_form(lea: Person, home: Path) -> None:
    await save(lea, answer="\u7b54" * 9_000)
    await publish(lea)
    assert len(entry_of(home).answer) == 9_000


async def test_sees_what_could_be_better_with_a_way_to_the_editor(lea: Person) -> None:
    page = await lea.see("/staff/faqs/better")
    assert "Without an owner" in page and 'href="/staff/faqs/en/track-order"' in page
    assert "It has no owner: name who keeps it right." in page
    page = await lea.see("/staff/faqs/better", **{"Accept-Language": "ja"})
    assert "担当者が決まっていません。内容を管理する担当者を決めてください。" in page
