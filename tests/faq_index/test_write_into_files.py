"""Entries are changed, added and removed in FAQ files without touching what else stands there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faq_index import Entry, InvalidFaq, Link, load_faq
from faq_index.editing import (
    Conflict,
    add_entry,
    change_entry,
    find_entry,
    merge,
    remove_entry,
    tidied,
)
from faq_index.errors import CannotWrite
from faq_index.text import phrasing_key

FILE = """\
# The orders team keeps this file.
language: en
topic: Orders

faqs:
  - id: track-order   # asked most
    question: Where is my order?
    also_asked:
      - track my parcel
      # they mean the courier's number
      - tracking number

    answer: |
      Open **My orders**.

      - then Track

  - id: bare
    question: >-
      May I pay
      in cash?
    answer: 'Yes: in shops.'
  - id: flow
    question: How long?
    also_asked: [how long does it take, "when: soon?"]
    answer: Two days.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "orders.yml").write_text(FILE, encoding="utf-8")
    (tmp_path / "other.yml").write_text(
        "language: en\ntopic: t\nfaqs: [{id: o, question: taken, answer: a}]\n"
    )
    return tmp_path


def phrasings(folder: Path, entry_id: str) -> tuple[str, ...]:
    return next(entry.phrasings for entry in load_faq(folder) if entry.id == entry_id)


def added_lines(folder: Path) -> list[str]:
    """Lines that were added; asserts that no other one was changed, moved or lost."""
    new, added = (folder / "orders.yml").read_text(encoding="utf-8").split("\n"), []
    old = FILE.split("\n")
    for line in new:
        if old and line == old[0]:
            old.pop(0)
        else:
            added.append(line)
    assert old == []
    return added


_TEXT = st.text(min_size=1, max_size=60).filter(lambda text: phrasing_key(text) != "")


def found(folder: Path, entry_id: str) -> Entry:
    entry = find_entry(folder, entry_id, "en")
    assert entry is not None
    return entry


def change(folder: Path, entry_id: str, **fields: Any) -> None:
    base = found(folder, entry_id)
    change_entry(folder, base, tidied(replace(base, **fields)))


def add_phrasings(folder: Path, entry_id: str, texts: list[str]) -> None:
    change(folder, entry_id, also_asked=(*found(folder, entry_id).also_asked, *texts))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    entry_id=st.sampled_from(["track-order", "bare"]),
    texts=st.lists(_TEXT, min_size=1, max_size=3, unique_by=phrasing_key),
)
def test_whatever_customers_typed_becomes_a_phrasing(
    folder: Path, entry_id: str, texts: list[str]
) -> None:
    """Property: they are read back as they were typed, and nothing else changes."""
    (folder / "orders.yml").write_text(FILE, encoding="utf-8")
    before = phrasings(folder, entry_id)
    try:
        add_phrasings(folder, entry_id, texts)
    except InvalidFaq:
        assert (folder / "orders.yml").read_text(encoding="utf-8") == FILE
        return
    expected = tuple(" ".join(text.split()) for text in texts)
    assert phrasings(folder, entry_id) == (*before, *expected)
    assert len(added_lines(folder)) == len(texts) + (entry_id == "bare")


_DAY = st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1))
_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "question": _TEXT,
        "answer": st.text(min_size=1, max_size=200).filter(lambda text: phrasing_key(text) != ""),
        "also_asked": st.lists(_TEXT, max_size=5, unique_by=phrasing_key).map(tuple),
        "tags": st.lists(_TEXT, max_size=3).map(tuple),
        "related": st.lists(st.sampled_from(["o", "flow"]), max_size=2).map(tuple),
        "links": st.lists(
            st.builds(Link, _TEXT, st.sampled_from(["https://a.example/x?y=1#z", "tel:0120-1"])),
            max_size=3,
        ).map(tuple),
        "handoff": st.sampled_from(["offer", "always", "never"]),
        "owner": st.none() | _TEXT,
        "review_by": _DAY,
        "valid_from": _DAY,
    },
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80
)
@given(entry_id=st.sampled_from(["track-order", "bare"]), steps=st.lists(_FIELDS, max_size=3))
def test_whatever_a_lead_writes_is_read_back(
    folder: Path, entry_id: str, steps: list[dict[str, Any]]
) -> None:
    """Property: any edits one after the other; other entries and all comments stay."""
    (folder / "orders.yml").write_text(FILE, encoding="utf-8")
    others = [replace(e, line=0) for e in load_faq(folder) if e.id != entry_id]
    for fields in steps:
        wanted = tidied(replace(found(folder, entry_id), **fields))
        before = (folder / "orders.yml").read_text(encoding="utf-8")
        try:
            change(folder, entry_id, **fields)
        except InvalidFaq:
            assert (folder / "orders.yml").read_text(encoding="utf-8") == before
        else:
            assert replace(found(folder, entry_id), line=0) == replace(wanted, line=0)
    assert [replace(e, line=0) for e in load_faq(folder) if e.id != entry_id] == others
    text = (folder / "orders.yml").read_text(encoding="utf-8")
    assert text.startswith("# The orders team keeps this file.\n")
    assert "- id: track-order   # asked most\n" in text


def test_only_the_changed_lines_change(folder: Path) -> None:
    change(
        folder,
        "track-order",
        also_asked=("track my parcel", "courier's number", "where is it"),
        owner="logistics",
        review_by=date(2027, 3, 31),
    )
    expected = FILE.replace(
        "      - tracking number\n", "      - courier's number\n      - where is it\n"
    ).replace("- then Track\n", "- then Track\n    owner: logistics\n    review_by: 2027-03-31\n")
    assert (folder / "orders.yml").read_text() == expected
    change(folder, "track-order", owner=None)
    assert (folder / "orders.yml").read_text() == expected.replace("    owner: logistics\n", "")


def test_a_list_in_one_line_stays_in_one_line(folder: Path) -> None:
    add_phrasings(folder, "flow", ["how fast", "days, or weeks"])
    assert phrasings(folder, "flow")[-2:] == ("how fast", "days, or weeks")
    text = (folder / "orders.yml").read_text()
    assert '[how long does it take, "when: soon?", how fast, "days, or weeks"]' in text


def new_entry(file: str, entry_id: str = "new", answer: str = "a", **fields: Any) -> Entry:
    return Entry(entry_id, "en", "Gifts", "Is there a gift box?", answer, file=file, **fields)


def test_a_new_entry_stands_at_the_end(folder: Path) -> None:
    answer = "Yes.\n\n- in **shops**\n- by post: too"
    add_entry(folder, new_entry("orders.yml", "gift-box", answer))
    entry = load_faq(folder)[3]
    assert (entry.id, entry.question, entry.answer.strip()) == (
        "gift-box",
        "Is there a gift box?",
        answer,
    )
    assert added_lines(folder)[0].strip() == "- id: gift-box"


def test_a_new_topic_gets_a_file_of_its_own(folder: Path) -> None:
    add_entry(folder, new_entry("en/gifts.yml", links=(Link("Box", "https://a.example"),)))
    entry = found(folder, "new")
    assert (entry.topic, entry.file, entry.links[0].title) == ("Gifts", "en/gifts.yml", "Box")


def test_an_entry_is_removed_with_its_lines_only(folder: Path) -> None:
    remove_entry(folder, found(folder, "bare"))
    kept = FILE.replace(
        "  - id: bare\n    question: >-\n      May I pay\n      in cash?\n"
        "    answer: 'Yes: in shops.'\n",
        "",
    )
    assert (folder / "orders.yml").read_text() == kept
    remove_entry(folder, found(folder, "track-order"))
    with pytest.raises(CannotWrite, match="`flow` is the only entry of orders.yml"):
        remove_entry(folder, found(folder, "flow"))


def test_what_is_not_allowed_changes_nothing(folder: Path) -> None:
    with pytest.raises(InvalidFaq, match="`taken` is already a phrasing at "):
        add_phrasings(folder, "track-order", ["taken"])
    with pytest.raises(InvalidFaq, match="`id`"):
        add_entry(folder, new_entry("orders.yml", "Not an id"))
    with pytest.raises(CannotWrite, match="other.yml has no list of entries in lines"):
        add_entry(folder, new_entry("other.yml"))
    with pytest.raises(CannotWrite, match="`o` is not written in lines of its own"):
        change(folder, "o", answer="b")
    for outside in ("../orders.yml", "/etc/passwd", ".hidden.yml", "a/b/c.yml", "x.txt"):
        with pytest.raises(CannotWrite, match=r"is not a file of the FAQ|name of a new file"):
            add_entry(folder, new_entry(outside))
    assert (folder / "orders.yml").read_text() == FILE
    assert sorted(path.name for path in folder.iterdir()) == ["orders.yml", "other.yml"]


def test_two_who_change_different_things_both_keep_them(folder: Path) -> None:
    base = found(folder, "track-order")
    change(folder, "track-order", owner="logistics", also_asked=("where is it", "track my parcel"))
    mine = replace(base, answer="Ask us.", also_asked=(*base.also_asked, "where now"))
    change_entry(folder, base, mine)
    both = found(folder, "track-order")
    assert (both.owner, both.answer) == ("logistics", "Ask us.")
    assert both.also_asked == ("where is it", "track my parcel", "where now")


def test_two_who_change_the_same_are_told(folder: Path) -> None:
    base = found(folder, "track-order")
    change(folder, "track-order", answer="Theirs.")
    with pytest.raises(Conflict, match="changed answer of `track-order` meanwhile") as told:
        change_entry(folder, base, replace(base, answer="Mine.", owner="me"))
    assert told.value.fields == ("answer",) and told.value.theirs is not None
    assert found(folder, "track-order").answer == "Theirs."
    with pytest.raises(Conflict):
        remove_entry(folder, base)
    remove_entry(folder, found(folder, "track-order"))
    with pytest.raises(Conflict) as gone:
        change_entry(folder, base, replace(base, answer="Mine."))
    assert gone.value.theirs is None


_STATE = st.fixed_dictionaries(
    {
        "question": st.sampled_from("ab"),
        "tags": st.sets(st.sampled_from("xyz")),
        "owner": st.sampled_from([None, "o"]),
    }
)


@given(states=st.tuples(_STATE, _STATE, _STATE))
def test_a_merge_loses_nobodys_change(states: tuple[dict[str, Any], ...]) -> None:
    """Property: what only one of the two changed is as that one has it."""
    base, mine, theirs = (
        Entry("a", "en", "", s["question"], "", tags=tuple(sorted(s["tags"])), owner=s["owner"])
        for s in states
    )
    merged, contradicting = merge(base, mine, theirs)
    for name in ("question", "owner"):
        old, own, other = (getattr(each, name) for each in (base, mine, theirs))
        assert getattr(merged, name) == (other if own == old else own)
        assert (name in contradicting) == (own != old and other not in (old, own))
    added = (set(mine.tags) | set(theirs.tags)) - set(base.tags)
    assert added <= set(merged.tags)
    assert not (set(base.tags) - set(mine.tags)) & set(merged.tags)


def test_windows_line_ends_stay(folder: Path) -> None:
    path = folder / "orders.yml"
    path.write_bytes(FILE.replace("\n", "\r\n").encode())
    add_phrasings(folder, "track-order", ["where is it"])
    data = path.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") == FILE.count("\n") + 1
