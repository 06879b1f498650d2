"""An operator decides who can sign in."""

from __future__ import annotations

import json

from tests.cli.commands import Run, assert_refused


def test_add_and_list(run: Run) -> None:
    words = ("--name", "Mika Sato", "--role", "agent", "--password-stdin")
    added = run("user", "add", "mika", *words, input="a long password\n")
    assert (added.exit_code, added.stdout) == (0, "mika can now sign in as agent.\n")
    assert run("user", "list").stdout.split() == ["mika", "agent", "Mika", "Sato"]
    assert json.loads(run("user", "list", "--json").stdout) == {
        "staff": [{"login": "mika", "name": "Mika Sato", "role": "agent", "active": True}]
    }


def test_a_generated_password_is_shown_once(run: Run) -> None:
    result = run("user", "add", "mika", "--name", "Mika", "--role", "lead", "--generate")
    told = result.stdout.splitlines()[-1]
    assert told.startswith("Password: ")
    assert len(told.removeprefix("Password: ")) >= 20


def test_a_login_that_is_taken(run: Run) -> None:
    words = ("user", "add", "mika", "--name", "Mika", "--role", "agent", "--generate")
    run(*words)
    assert_refused(run(*words), 1, "The login 'mika' is taken.")


def test_an_unknown_role_is_bad_usage(run: Run) -> None:
    result = run("user", "add", "mika", "--name", "Mika", "--role", "boss", "--generate")
    assert result.exit_code == 2
    assert "'boss'" in result.stderr and "'agent'" in result.stderr


def test_a_short_password_is_refused(run: Run) -> None:
    words = ("user", "add", "mika", "--name", "Mika", "--role", "agent", "--password-stdin")
    result = run(*words, input="short\n")
    assert result.exit_code == 1
    assert "password" in result.stderr


def test_no_password_at_all_is_bad_usage(run: Run) -> None:
    words = ("user", "add", "mika", "--name", "Mika", "--role", "agent")
    assert_refused(
        run(*words, "--password-stdin", input=""), 2, "No password came on standard input."
    )
    assert run(*words, input="").exit_code == 2
    assert_refused(
        run(*words, "--password-stdin", "--generate", input="x\n"),
        2,
        "Use --generate or --password-stdin, not both.",
    )


def test_lock_out_and_let_in_again(run: Run) -> None:
    run("user", "add", "mika", "--name", "Mika", "--role", "agent", "--generate")
    assert run("user", "disable", "mika").exit_code == 0
    assert "disabled" in run("user", "list").stdout
    assert run("user", "enable", "mika").exit_code == 0
    assert "disabled" not in run("user", "list").stdout
    assert run("user", "disable", "nobody").exit_code == 1


def test_a_new_password(run: Run) -> None:
    run("user", "add", "mika", "--name", "Mika", "--role", "agent", "--generate")
    result = run("user", "password", "mika", "--password-stdin", input="another long one\n")
    assert (result.exit_code, result.stdout) == (0, "mika has a new password.\n")


def test_nobody_yet(run: Run) -> None:
    assert run("user", "list").stdout == "Nobody yet: add people with `kotae user add`.\n"
