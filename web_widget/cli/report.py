"""`kotae report ...`"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.database import with_database
from web_widget.cli.output import say
from web_widget.cli.problems import BAD_USAGE, Problem
from web_widget.cli.settings import settings
from web_widget.settings import Settings

if TYPE_CHECKING:
    from helpdesk.database import Database

_DAYS = 3 * 366

report = typer.Typer(help="The figures that managers read.", no_args_is_help=True)


@report.callback()
def group() -> None:
    """So that `rebuild` is a command of its own."""


@report.command()
def rebuild(
    rule: Annotated[
        int | None, typer.Option(help="Version of the outcome rule; the newest unless told.")
    ] = None,
) -> None:
    """Judge every episode again from the log, and note again who came back about the same."""
    from helpdesk.outcomes import RULES

    chosen = max(RULES) if rule is None else rule
    if chosen not in RULES:
        known = ", ".join(map(str, sorted(RULES)))
        raise Problem(f"--rule is {rule}, must be one of {known}.", status=BAD_USAGE)
    changed = with_database(settings(), partial(_rebuild, chosen=settings(), rule=chosen))
    say(f"Rule {chosen}: {changed:,} outcomes changed. Reports count the days anew.")


async def _rebuild(database: Database, chosen: Settings, rule: int) -> int:
    from helpdesk.book import Book
    from helpdesk.clock import utc_now
    from helpdesk.outcome_store import recompute
    from helpdesk.push import Hub
    from helpdesk.wording import Wording

    # Nothing is said to anybody.
    book = Book(database, Hub(), utc_now, chosen.desk(chosen.sites()), Wording({}))
    today: date = utc_now().astimezone(chosen.time_zone).date()
    return await recompute(book, today - timedelta(days=_DAYS), today, rule)
