"""A password for a person of the staff: typed, piped or made up."""

import getpass
import secrets
import sys

from web_widget.cli.problems import BAD_USAGE, Problem


def generated() -> str:
    return secrets.token_urlsafe(15)


def from_stdin() -> str:
    """The first line of standard input."""
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Problem("No password came on standard input.", status=BAD_USAGE)
    return password


def prompted(login: str) -> str:
    """Asked for twice on the terminal, without showing it."""
    if not sys.stdin.isatty():
        raise Problem(
            "There is no terminal to ask for the password: "
            "pipe it in with --password-stdin or have one made with --generate.",
            status=BAD_USAGE,
        )
    password = getpass.getpass(f"Password for {login}: ")
    if getpass.getpass("Once more: ") != password:
        raise Problem("The two passwords differ.", status=BAD_USAGE)
    return password


def chosen(login: str, *, generate: bool, piped: bool) -> str:
    if generate and piped:
        raise Problem("Use --generate or --password-stdin, not both.", status=BAD_USAGE)
    if generate:
        return generated()
    return from_stdin() if piped else prompted(login)
