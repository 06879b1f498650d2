"""`kotae diff`: two states of the FAQ, as folders and as git has them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import faq_index
from faq_index import ensure_index
from tests.cli.conftest import Run
from tests.faq_index.fakes import TrigramEncoder

NEW = "  - id: kites\n    question: Do you sell kites?\n    also_asked: [kites]\n    answer: Yes.\n"


@pytest.fixture
def changed(faq: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The FAQ as it is live and in git, and a folder with one entry more."""
    monkeypatch.setattr(faq_index, "load_encoder", lambda *_: TrigramEncoder())
    ensure_index(faq, tmp_path / "var" / "index", TrigramEncoder())
    for words in (
        ["init", "-q"],
        ["add", "data"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "faq"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    other = tmp_path / "other"
    other.mkdir()
    text = (faq / "orders.yml").read_text(encoding="utf-8")
    (other / "orders.yml").write_text(text.rstrip() + "\n" + NEW, encoding="utf-8")
    return other


def test_nothing_changed(run: Run, changed: Path) -> None:
    result = run("diff")
    assert result.exit_code == 0, result.output
    assert "is treated differently" in result.stdout
    assert run("diff", "HEAD").exit_code == 0
    assert changed.is_dir()


def test_a_new_entry(run: Run, changed: Path) -> None:
    result = run("diff", "HEAD", str(changed))
    assert "Newly answered: 2 questions, phrasings only" in result.stdout, result.output
    told = json.loads(run("diff", "HEAD", str(changed), "--json").stdout)
    assert {change["kind"] for change in told["changes"]} == {"newly_answered"}
    markdown = run("diff", "data/faq", str(changed), "--markdown").stdout
    assert "| Newly answered | 2 | 0 |" in markdown


def test_the_golden_set_blocks(run: Run, changed: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / "golden.yml").write_text(
        "must_not_answer: [{ask: Do you sell kites?, language: en}]\n", encoding="utf-8"
    )
    assert run("diff").exit_code == 0
    result = run("diff", "HEAD", str(changed))
    assert result.exit_code == 1
    assert "Do you sell kites?  [en] must not be answered: kites" in result.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere"], "nowhere is neither a folder nor a git revision of data/faq."),
        (["--output=x"], "No such option"),
        (["--days", "-1"], "--days is -1, must be from 0 to 3660."),
        (["--golden", "none.yml"], "none.yml does not exist."),
    ],
)
def test_what_is_not_there_is_said(
    run: Run, changed: Path, words: list[str], sentence: str
) -> None:
    result = run("diff", *words)
    assert result.exit_code == 2 and sentence in result.stderr
    assert changed.is_dir()
