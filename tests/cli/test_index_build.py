"""The index is built from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import faq_index
from tests.cli.commands import BAD, Run


@pytest.mark.usefixtures("index")
def test_it_says_what_was_built(run: Run) -> None:
    result = run("index", "build")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "The index is built: version v1, 2 entries."


@pytest.mark.usefixtures("index")
def test_json_tells_the_progress_line_by_line(run: Run) -> None:
    lines = [json.loads(line) for line in run("index", "build", "--json").stdout.splitlines()]
    assert lines[-2:] == [
        {"stage": "encoding", "done": 1, "total": 2},
        {"version": "v1", "thresholds": {"en": 0.9}},
    ]


def test_wrong_faq_files_are_named(run: Run, faq: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (faq / "bad.yml").write_text(BAD)
    monkeypatch.setattr(faq_index, "load_encoder", lambda *_: None)
    result = run("index", "build")
    assert result.exit_code == 1
    assert "bad.yml:3:" in result.stderr
    assert "Traceback" not in result.stderr
