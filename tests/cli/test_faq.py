"""`kotae faq import` and `export`."""

from __future__ import annotations

from pathlib import Path

import pytest

from faq_index import load_faq
from tests.cli.commands import Run


def test_there_and_back(run: Run, faq: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "a.jsonld"):
        file, folder = tmp_path / name, tmp_path / f"{name}-faq"
        assert run("faq", "export", str(file)).exit_code == 0
        result = run("faq", "import", str(file), "--to", str(folder))
        assert result.exit_code == 0, result.output
        assert [e.phrasings for e in load_faq(folder)] == [e.phrasings for e in load_faq(faq)]


def test_what_cannot_be_used_writes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("question,answer\nWhere?,\n", encoding="utf-8")
    result = run("faq", "import", str(file), "--to", str(tmp_path / "new"))
    assert result.exit_code == 1 and "a.csv:2:1: `answer` is empty" in result.stderr
    file.write_text("question,answer\nWhere?,here\nWhere?,there\n", encoding="utf-8")
    result = run("faq", "import", str(file), "--to", str(tmp_path / "new"))
    assert result.exit_code == 1 and "is already a phrasing" in result.stderr
    assert not (tmp_path / "new").exists()
    assert [path.name for path in tmp_path.glob(".import-*")] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["export", "a.txt"], "a.txt must end with .csv, .json or .jsonld."),
        (["import", "none.csv", "--to", "x"], "none.csv does not exist."),
        (["import", "data/faq/orders.yml", "--to", "x"], "must end with one of .csv, .json"),
    ],
)
def test_other_forms_are_refused(run: Run, faq: Path, words: list[str], sentence: str) -> None:
    result = run("faq", *words)
    assert result.exit_code == 2 and sentence in result.stderr
    assert faq.is_dir()
