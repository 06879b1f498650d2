"""Phrasings and entries are added to FAQ files without touching what else stands in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faq_index import InvalidFaq, load_faq
from faq_index.errors import CannotWrite
from faq_index.text import phrasing_key
from faq_index.writing import add_entry, add_phrasings

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
        add_phrasings(folder, entry_id, "en", texts)
    except InvalidFaq:
        assert (folder / "orders.yml").read_text(encoding="utf-8") == FILE
        return
    expected = tuple(" ".join(text.split()) for text in texts)
    assert phrasings(folder, entry_id) == (*before, *expected)
    assert len(added_lines(folder)) == len(texts) + (entry_id == "bare")


def test_a_list_in_one_line_stays_in_one_line(folder: Path) -> None:
    add_phrasings(folder, "flow", "en", ["how fast"])
    assert phrasings(folder, "flow")[-1] == "how fast"
    text = (folder / "orders.yml").read_text()
    assert '[how long does it take, "when: soon?", "how fast"]' in text


def test_a_new_entry_stands_at_the_end(folder: Path) -> None:
    answer = "Yes.\n\n- in **shops**\n- by post: too"
    add_entry(folder, folder / "orders.yml", "gift-box", "Is there a gift box?", answer)
    entry = load_faq(folder)[3]
    assert (entry.id, entry.question, entry.answer.strip()) == (
        "gift-box",
        "Is there a gift box?",
        answer,
    )
    assert added_lines(folder)[0].strip() == '- id: "gift-box"'


def test_what_is_not_allowed_changes_nothing(folder: Path) -> None:
    with pytest.raises(InvalidFaq, match="`taken` is already a phrasing at "):
        add_phrasings(folder, "track-order", "en", ["taken"])
    with pytest.raises(InvalidFaq, match="`id`"):
        add_entry(folder, folder / "orders.yml", "Not an id", "q?", "a")
    with pytest.raises(CannotWrite, match="The FAQ has no entry `nobody` in en"):
        add_phrasings(folder, "nobody", "en", ["x"])
    with pytest.raises(CannotWrite, match="other.yml has no list of entries in lines"):
        add_entry(folder, folder / "other.yml", "new", "q?", "a")
    for outside in ("../orders.yml", "/etc/passwd", ".hidden.yml"):
        with pytest.raises(CannotWrite, match="is not a file of the FAQ"):
            add_entry(folder, folder / outside, "new", "q?", "a")
    assert (folder / "orders.yml").read_text() == FILE
    assert sorted(path.name for path in folder.iterdir()) == ["orders.yml", "other.yml"]


def test_windows_line_ends_stay(folder: Path) -> None:
    path = folder / "orders.yml"
    path.write_bytes(FILE.replace("\n", "\r\n").encode())
    add_phrasings(folder, "track-order", "en", ["where is it"])
    data = path.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") == FILE.count("\n") + 1
