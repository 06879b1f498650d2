"""A support lead checks the FAQ files before they go live."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.commands import BAD, Run, assert_refused


def test_good_files(run: Run, faq: Path) -> None:
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "All 1 entries are in order (1 en).\n")
    assert faq.exists()


def test_every_problem_has_its_place(run: Run, faq: Path) -> None:
    (faq / "bad.yml").write_text(BAD)
    result = run("check", str(faq))
    assert result.exit_code == 1
    *problems, summary = result.stdout.splitlines()
    places = [problem.split(": ")[0].rsplit(":", 2)[1] for problem in problems]
    assert places == ["3", "3", "8"]
    assert all("bad.yml" in problem for problem in problems)
    assert summary == "3 problems found."


def test_json(run: Run, faq: Path) -> None:
    good = json.loads(run("check", "--json").stdout)
    assert good == {"ok": True, "entries": {"en": 1}, "problems": []}
    (faq / "bad.yml").write_text(BAD)
    result = run("check", "--json")
    bad = json.loads(result.stdout)
    assert result.exit_code == 1
    assert not bad["ok"]
    assert bad["problems"][-1]["line"] == 8
    assert set(bad["problems"][0]) == {"file", "line", "column", "message"}


def test_a_folder_that_does_not_exist(run: Run) -> None:
    assert_refused(run("check", "nowhere"), 1, "nowhere does not exist.")
