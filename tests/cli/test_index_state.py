"""Whether the index is that of the FAQ files is told without loading it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from web_widget.supervisor.index import IndexState, build_stages


@pytest.fixture
def state(tmp_path: Path) -> IndexState:
    """A built index and the note of what it was built from."""
    (tmp_path / "faq" / "en").mkdir(parents=True)
    (tmp_path / "faq" / "en" / "orders.yml").write_text("faqs: []\n")
    (tmp_path / "index" / "20261123-ab").mkdir(parents=True)
    (tmp_path / "index" / "CURRENT").write_text(f"20261123-ab {'0' * 64}\n")
    state = IndexState(tmp_path / "faq", tmp_path / "index", "default", 0.1, tmp_path / "tuned")
    state.note_built()
    return state


def test_an_unchanged_one_is_current(state: IndexState) -> None:
    assert state.exists()
    assert state.is_current()


def test_a_changed_faq_file_makes_it_stale(state: IndexState) -> None:
    (state.faq_folder / "en" / "orders.yml").write_text("faqs: [{}]\n")
    assert not state.is_current()


def test_a_new_faq_file_makes_it_stale(state: IndexState) -> None:
    (state.faq_folder / "ja.yaml").write_text("faqs: []\n")
    assert not state.is_current()


def test_another_setting_makes_it_stale(state: IndexState) -> None:
    assert not replace(state, max_wrong=0.05).is_current()
    assert not replace(state, encoder="other").is_current()


def test_another_version_published_meanwhile_makes_it_stale(state: IndexState) -> None:
    (state.snapshots / "20261124-cd").mkdir()
    (state.snapshots / "CURRENT").write_text(f"20261124-cd {'0' * 64}\n")
    assert not state.is_current()


@pytest.mark.parametrize("pointer", ["", "gone 00", None])
def test_an_index_that_is_not_there_is_not_current(state: IndexState, pointer: str | None) -> None:
    if pointer is None:
        (state.snapshots / "CURRENT").unlink()
    else:
        (state.snapshots / "CURRENT").write_text(pointer)
    assert not state.exists()
    assert not state.is_current()


def test_a_damaged_note_is_not_believed(state: IndexState) -> None:
    (state.snapshots / "built-from.json").write_text("{")
    assert not state.is_current()


def test_the_lines_of_a_build_tell_how_far_it_is() -> None:
    assert build_stages('{"stage": "embedding", "done": 3, "total": 9}') == ("embedding", 3, 9)
    assert build_stages('{"version": "1"}') is None
    assert build_stages("Loading weights: 100%") is None
