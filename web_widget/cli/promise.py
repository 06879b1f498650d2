"""`kotae promise`"""

from datetime import UTC, datetime
from typing import Annotated

import typer

from web_widget.cli.database import known_labels
from web_widget.cli.library import open_index
from web_widget.cli.output import print_json, say
from web_widget.cli.problems import PROBLEM_FOUND
from web_widget.cli.screen import waiting
from web_widget.cli.settings import settings


def promise(
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """State how often answers are wrong, as labels show it; status 1 when they contradict it."""
    chosen = settings()
    with waiting("the index") as progress:
        index = open_index(chosen, progress)
        progress("asking the labelled questions", 0, 0)
        labels, now = known_labels(chosen), datetime.now(UTC)
        promises = index.recalibrated(labels, max_wrong=chosen.max_wrong, now=now).promises
    if as_json:
        print_json({"promises": [each.as_json() for each in promises]})
    else:
        from web_widget.staff.promise_view import promise_lines
        from web_widget.staff.texts import load_texts

        texts = load_texts(chosen.time_zone)["en"]
        say("\n\n".join("\n  ".join(promise_lines(each, texts)) for each in promises))
    if any(each.contradicted for each in promises):
        raise typer.Exit(PROBLEM_FOUND)
