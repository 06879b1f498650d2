"""A start with files that are as they were does not read them again, and trusts no others."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from faq_index import FaqIndex, InvalidFaq, build_snapshot, ensure_index, load_faq
from tests.faq_index.fakes import GOOD, TrigramEncoder, make_entry, write_faq

NOTE = "last-read.json"


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    write_faq(tmp_path / "faq", GOOD)
    return tmp_path / "faq"


@pytest.fixture
def index(faq: Path, tmp_path: Path) -> FaqIndex:
    return ensure_index(faq, tmp_path / "index", TrigramEncoder())


def started(faq: Path) -> tuple[FaqIndex, int]:
    """The index of a start, and how often it read the FAQ."""
    with patch("faq_index.snapshot.load_faq", side_effect=load_faq) as read:
        return ensure_index(faq, faq.parent / "index", TrigramEncoder()), read.call_count


def test_unchanged_files_are_not_read(faq: Path, index: FaqIndex) -> None:
    again, reads = started(faq)
    assert reads == 0
    assert (again.version, again.entries()) == (index.version, index.entries())


@pytest.mark.usefixtures("index")
def test_any_change_is_read(faq: Path) -> None:
    write_faq(faq, GOOD + "# a comment\n")
    assert started(faq)[1] == 1
    assert started(faq)[1] == 0
    (faq / "more.yaml").write_text("not: an faq\n", "utf-8")
    with pytest.raises(InvalidFaq):
        started(faq)
    (faq / "more.yaml").unlink()
    (faq / "shop.yml").rename(faq / "renamed.yml")
    again, reads = started(faq)
    assert reads == 1
    assert {entry.file for entry in again.entries()} == {"renamed.yml"}


def test_lines_that_have_moved_are_where_they_are(faq: Path, index: FaqIndex) -> None:
    write_faq(faq, "# a comment\n" + GOOD)
    moved = [entry.line + 1 for entry in index.entries()]
    for _ in range(2):
        assert [entry.line for entry in started(faq)[0].entries()] == moved
    write_faq(faq, GOOD)
    assert started(faq)[0].entries() == index.entries()


def test_another_encoder_bound_or_version_of_the_library_reads_anew(
    faq: Path, index: FaqIndex
) -> None:
    home = faq.parent / "index"
    for encoder, max_wrong in ((TrigramEncoder("other"), 0.1), (TrigramEncoder(), 0.2)):
        assert ensure_index(faq, home, encoder, max_wrong=max_wrong).version != index.version
    with patch("faq_index.snapshot.FORMAT", 0):
        assert started(faq)[1] == 1


def test_an_index_that_another_process_has_published_is_not_taken_for_it(
    faq: Path, index: FaqIndex
) -> None:
    parking = [make_entry("parking", "Can I park?")]
    other = build_snapshot(parking, TrigramEncoder(), faq.parent / "index")
    again, reads = started(faq)
    assert reads == 1
    assert again.version not in (other.name, index.version)
    assert again.entries() == index.entries()


@pytest.mark.parametrize("note", [b"", b"\xff", b'["x"]', b"[null, null]"])
def test_a_broken_note_is_no_harm(faq: Path, index: FaqIndex, note: bytes) -> None:
    (faq.parent / "index" / NOTE).write_bytes(note)
    again, reads = started(faq)
    assert (again.version, reads) == (index.version, 1)
    assert started(faq)[1] == 0


@pytest.mark.usefixtures("index")
def test_where_no_note_can_be_written_files_are_read_each_time(faq: Path) -> None:
    note = faq.parent / "index" / NOTE
    note.unlink()
    note.mkdir()
    assert [started(faq)[1], started(faq)[1]] == [1, 1]
