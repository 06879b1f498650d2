"""`kotae purchases ...`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.database import with_database
from web_widget.cli.output import say
from web_widget.cli.problems import Problem
from web_widget.cli.settings import settings

if TYPE_CHECKING:
    from helpdesk.loyalty import Imported

purchases = typer.Typer(help="What known customers bought, for reports.", no_args_is_help=True)


@purchases.callback()
def group() -> None:
    """So that `import` is a command of its own."""


@purchases.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV: customer, time, amount, currency.")],
    site: Annotated[str, typer.Option(help="The website whose customers they are.")],
) -> None:
    """Take purchases from a CSV file. A line that is wrong is named, and the others are taken."""
    from helpdesk.store import purchases as store

    found = _read(file, site)
    new = with_database(settings(), lambda db: db.write(lambda c: store.add(c, found.purchases)))
    say(f"{new:,} new purchases of {len(found.purchases):,}.")
    if found.problems:
        for problem in found.problems:
            say(f"{file}: {problem}")
        raise Problem(f"{len(found.problems):,} lines of {file} were left out; see above.")


def _read(file: Path, site: str) -> Imported:
    from helpdesk.loyalty import read_purchases

    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            return read_purchases(text, site)
    except OSError as error:
        raise Problem(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise Problem(f"{file}: {error}.") from error
