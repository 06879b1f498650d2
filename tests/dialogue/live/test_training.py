"""The training itself, and what the trained dialogue understands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.dialogue.live.rasa_process import acts_of, run_in_rasa

pytestmark = pytest.mark.live

ACTS = {"yes": "affirm", "no": "deny"}
ACT_SECTIONS = {"acts"}


def test_it_prints_nothing_but_its_result(training: tuple[Path, str]) -> None:
    _, printed = training
    assert "trained" in printed
    assert "arning" not in printed, printed


def test_stories_are_understood_and_followed(
    root: Path,
    rasa_python: Path,
    rasa_environment: Mapping[str, str],
    model: Path,
    tmp_path: Path,
) -> None:
    """By Rasa's own test runner."""
    done = run_in_rasa(
        root,
        rasa_python,
        rasa_environment,
        *("-m", "bot.launcher", "test", "core", "-m", str(model), "--no-plot"),
        *("--stories", "tests/dialogue/stories", "--out", str(tmp_path)),
        "--fail-on-prediction-errors",
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    failed = (tmp_path / "failed_test_stories.yml").read_text()
    assert "story" not in failed, failed


def expectations(root: Path) -> list[tuple[str, str]]:
    """(what a customer writes, the act it is) from the questions written for the demo shop."""
    found: list[tuple[str, str]] = []
    for language in ("en", "ja"):
        path = root / "tests" / "questions" / f"{language}.yml"
        sections: dict[str, Any] = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
        for section, rows in sections.items():
            for row in rows:
                if section in ACT_SECTIONS:
                    found.append((row["say"], ACTS.get(row["act"], row["act"])))
                else:
                    found.append((row["ask"], "question"))
    return found


def test_acts_and_questions_are_told_apart(
    root: Path, rasa_python: Path, rasa_environment: Mapping[str, str], model: Path
) -> None:
    expected = expectations(root)
    texts = [text for text, _ in expected]
    understood = acts_of(root, rasa_python, rasa_environment, model, texts)
    wrong = [
        f"{text}: {act} instead of {wanted}"
        for (text, wanted), act in zip(expected, understood, strict=True)
        if act != wanted
    ]
    assert not wrong


def test_the_rasa_side_passes_its_own_tests(
    root: Path, rasa_python: Path, rasa_environment: Mapping[str, str]
) -> None:
    """They import Rasa, so they run in its environment."""
    done = run_in_rasa(
        root,
        rasa_python,
        rasa_environment,
        *("-W", "ignore", "-m", "unittest", "discover"),
        *("-s", "tests/dialogue/in_rasa", "-p", "check_*.py"),
    )
    assert done.returncode == 0, done.stderr
    assert "Ran 0 tests" not in done.stderr
