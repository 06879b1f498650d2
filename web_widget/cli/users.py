"""`kotae user ...`"""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from web_widget.cli import passwords
from web_widget.cli.output import print_json, say
from web_widget.cli.settings import settings
from web_widget.cli.staff_store import with_staff

if TYPE_CHECKING:
    from helpdesk.types import Staff

Login = Annotated[str, typer.Argument(help="The name used to sign in.")]
Generate = Annotated[bool, typer.Option("--generate", help="Make a password and print it once.")]
Piped = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for a program.")]

user = typer.Typer(help="The people who work with Kotae.")


@user.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="The name customers see.")],
    role: Annotated[
        Literal["agent", "lead", "manager", "admin"], typer.Option(help="What she may do.")
    ],
    generate: Generate = False,
    password_stdin: Piped = False,
) -> None:
    """Add a person."""
    chosen = settings()
    password = passwords.chosen(login, generate=generate, piped=password_stdin)
    with_staff(chosen, lambda staff: staff.add(login, name, role, password))
    say(f"{login} can now sign in as {role}.")
    _tell(password, generate)


@user.command()
def password(login: Login, generate: Generate = False, password_stdin: Piped = False) -> None:
    """Set a new password; it ends all sessions of that person."""
    chosen = settings()
    new = passwords.chosen(login, generate=generate, piped=password_stdin)
    with_staff(chosen, lambda staff: staff.set_password(login, new))
    say(f"{login} has a new password.")
    _tell(new, generate)


@user.command()
def disable(login: Login) -> None:
    """Lock a person out; her sessions end, her work stays on record."""
    with_staff(settings(), lambda staff: staff.set_active(login, False))
    say(f"{login} can no longer sign in.")


@user.command()
def enable(login: Login) -> None:
    """Let a person in again."""
    with_staff(settings(), lambda staff: staff.set_active(login, True))
    say(f"{login} can sign in again.")


@user.command(name="list")
def list_everyone(as_json: AsJson = False) -> None:
    """List everyone."""
    everyone = with_staff(settings(), lambda staff: staff.everyone())
    if as_json:
        print_json({"staff": [_as_json(one) for one in everyone]})
        return
    if not everyone:
        say("Nobody yet: add people with `kotae user add`.")
    for one in everyone:
        locked = "" if one.active else "  (disabled)"
        say(f"{one.login:<20} {one.role:<8} {one.name}{locked}")


def _as_json(one: "Staff") -> dict[str, object]:
    return {"login": one.login, "name": one.name, "role": one.role, "active": one.active}


def _tell(password: str, generated: bool) -> None:
    if generated:
        say(f"Password: {password}")
