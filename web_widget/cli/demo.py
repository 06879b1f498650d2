"""`kotae demo`"""

from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.demo_access import STAFF, demo_password, how_to_sign_in, read_password
from web_widget.cli.demo_history import add_history
from web_widget.cli.output import say
from web_widget.cli.settings import settings
from web_widget.cli.staff_store import with_staff
from web_widget.supervisor.health import reachable_host, url

if TYPE_CHECKING:
    from helpdesk.staff import StaffDesk


def demo(
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not print how to sign in.")] = False,
) -> None:
    """Make the staff of the demo, all with one random password of this installation, and a
    quarter of invented history for its reports."""
    chosen = settings(demo=True)
    known = read_password(chosen.var_dir) is not None
    password = demo_password(chosen.var_dir)
    with_staff(chosen, lambda staff: _make(staff, password, known))
    if chosen.demo_history_days:
        add_history(chosen)
    if not quiet:
        say("The demo is prepared; `kotae up --demo` starts it.")
        for line in how_to_sign_in(url(reachable_host(chosen.host), chosen.port), chosen.var_dir):
            say(line)


async def _make(staff: "StaffDesk", password: str, known: bool) -> None:
    """Add who is missing. `known`: those who are there have this password already."""
    there = {person.login for person in await staff.everyone()}
    for login, name, role in STAFF:
        if login not in there:
            await staff.add(login, name, role, password)
        elif not known:
            await staff.set_password(login, password)
