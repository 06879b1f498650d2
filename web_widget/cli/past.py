"""Past questions, and in how many processes they are looked up, for the commands that do so."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from web_widget.cli.database import with_database
from web_widget.settings import Settings

if TYPE_CHECKING:
    from faq_index.changes import Asked

# As the pages and the other commands look back.
PAST_DAYS = 365
Processes = Annotated[
    int | None,
    typer.Option(min=1, max=64, help="Look questions up in so many processes; one a core."),
]


def asked_in(chosen: Settings, days: int) -> "list[Asked]":
    """Past questions with their personal data masked, each once; none without a database."""
    from faq_index.changes import Asked
    from helpdesk.clock import utc_now
    from helpdesk.past_questions import past_questions

    path = chosen.database.removeprefix("sqlite:///")
    if not days or (path != chosen.database and not Path(path).exists()):
        return []
    since = utc_now() - timedelta(days=days)
    rows = with_database(chosen, lambda db: db.read(lambda link: past_questions(link, since)))
    return [Asked(text, language, times) for text, language, times in rows]
