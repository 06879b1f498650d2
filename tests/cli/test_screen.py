"""What is shown on a terminal and what is written elsewhere."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from web_widget.cli.screen import PlainScreen, TerminalScreen, screen, waiting


def test_elsewhere_each_change_is_one_line() -> None:
    out = io.StringIO()
    err = io.StringIO()
    plain = PlainScreen(out, err)
    plain.state("app", "starting")
    plain.state("app", "starting")
    plain.state("app", "restarting in 2 s")
    plain.state("app", "restarting in 1 s")
    plain.progress("the index", "encoding", 1, 9)
    plain.progress("the index", "encoding", 2, 9)
    plain.finished("the index")
    plain.finished("never begun")
    plain.warn("look at this")
    assert out.getvalue().splitlines() == [
        "app: starting",
        "app: restarting",
        "the index: encoding",
        "the index: done",
    ]
    assert err.getvalue() == "look at this\n"


def test_a_terminal_shows_states_and_progress() -> None:
    out = io.StringIO()
    terminal = TerminalScreen(Console(file=out, force_terminal=True, width=80, color_system=None))
    with terminal:
        terminal.state("app", "ready")
        terminal.progress("training the dialogue", "ActClassifier", 1, 2)
        terminal.line("something [bold] happened")
        terminal._live.refresh()
        shown = out.getvalue()
        terminal.finished("training the dialogue")
    assert "something [bold] happened" in shown
    assert "app" in shown and "ready" in shown
    assert "Training the dialogue" in shown and "ActClassifier" in shown


def test_a_pipe_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with screen() as chosen:
        assert isinstance(chosen, PlainScreen)


def test_waiting_says_nothing_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", err := io.StringIO())
    with waiting("the index") as progress:
        progress("encoding", 1, 2)
    assert err.getvalue() == ""
