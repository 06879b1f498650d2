"""An FAQ is measured with questions whose answers are known."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import Run, assert_refused


def test_missing_files_are_bad_usage(run: Run) -> None:
    result = run("evaluate", "--faq", "none.jsonl", "--queries", "q.jsonl")
    assert_refused(result, 2, "none.jsonl does not exist.")


def test_labels_that_do_not_exist_are_bad_usage(run: Run, faq: Path) -> None:
    words = ("--faq", str(faq), "--queries", str(faq), "--labels", "none.jsonl")
    assert_refused(run("evaluate", *words), 2, "none.jsonl does not exist.")


def test_a_folder_for_the_curve_that_does_not_exist_is_bad_usage(run: Run, faq: Path) -> None:
    words = ("--faq", str(faq), "--queries", str(faq), "--curve", "no/where.svg")
    assert_refused(run("evaluate", *words), 2, "The folder no for --curve does not exist.")


def test_a_share_outside_0_and_1_is_bad_usage(run: Run, faq: Path) -> None:
    words = ("--faq", str(faq), "--queries", str(faq), "--max-wrong", "1.5")
    result = run("evaluate", *words)
    assert_refused(result, 2, "--max-wrong is 1.5, must be between 0 and 1.")


def test_a_folder_for_out_that_does_not_exist_is_bad_usage(run: Run, faq: Path) -> None:
    words = ("--faq", str(faq), "--queries", str(faq), "--out", "no/where.jsonl")
    assert_refused(run("evaluate", *words), 2, "The folder no for --out does not exist.")
