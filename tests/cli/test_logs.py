"""The logs are kept for five starts, and the lines that matter are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from web_widget.supervisor.logs import Follower, is_important, last_lines, rotate


def test_five_logs_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    for start in range(8):
        rotate(log)
        log.write_text(f"start {start}")
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {
        "app.log": "start 7",
        "app.1.log": "start 6",
        "app.2.log": "start 5",
        "app.3.log": "start 4",
        "app.4.log": "start 3",
    }


def test_an_empty_log_pushes_nothing_out(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.touch()
    rotate(log)
    assert [path.name for path in tmp_path.iterdir()] == ["app.log"]


def test_following_gives_whole_lines_once(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("from before\n")
    follower = Follower(log)
    with log.open("a", encoding="utf-8") as out:
        out.write("one\n\x1b[31mtwo\x1b[0m\nhal")
        out.flush()
        assert follower.new_lines() == ["one", "two"]
        out.write("f 三\n")
        out.flush()
        assert follower.new_lines() == ["half 三"]
    assert follower.new_lines() == []


def test_the_last_lines_are_those_of_this_start(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("before\n")
    since = log.stat().st_size
    with log.open("a") as out:
        out.write("one\n\ntwo\nthree\n")
    assert last_lines(log, 2, since) == ["two", "three"]
    assert last_lines(log, 20, since) == ["one", "two", "three"]
    assert last_lines(tmp_path / "none.log") == []


@pytest.mark.parametrize(
    ("line", "important"),
    [
        ("2026-11-23 09:00:00 ERROR    rasa.core.agent  - it failed", True),
        ("2026-11-23T09:00:00Z [error    ] faq refused  [web_widget.watch]", True),
        ('{"event": "faq refused", "level": "error"}', True),
        ("2026-11-23T09:00:00Z [info     ] listening  errors=0", False),
        ("2026-11-23 09:00:00 WARNING  rasa.utils - something old", False),
    ],
)
def test_only_errors_are_shown(line: str, important: bool) -> None:
    assert is_important(line) is important
