"""What every command has in common."""

from __future__ import annotations

from importlib.metadata import version

from tests.cli.commands import Run, assert_refused


def test_the_version_is_that_of_the_package(run: Run) -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"{version('kotae')}\n")


def test_help_names_every_command(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name in ("up", "check", "index", "ask", "evaluate", "train", "user", "demo"):
        assert f"  {name} " in result.stdout


def test_no_command_shows_the_help_and_is_bad_usage(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert "Commands:" in result.stdout


def test_an_unknown_command_is_bad_usage(run: Run) -> None:
    assert_refused(run("nonsense"), 2, "No such command 'nonsense'. See kotae --help.")


def test_a_missing_argument_is_bad_usage(run: Run) -> None:
    result = run("ask")
    assert result.exit_code == 2
    assert result.stderr.startswith("Missing argument 'question'.")


def test_a_wrong_setting_is_named(run: Run) -> None:
    result = run("check", settings={"KOTAE_PORT": "0"})
    assert_refused(result, 2, "KOTAE_PORT is '0', must be a whole number from 1 to 65535")
