"""`kotae gaps`"""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from web_widget.cli.database import with_database
from web_widget.cli.library import open_index
from web_widget.cli.output import print_json, say
from web_widget.cli.problems import BAD_USAGE, Problem
from web_widget.cli.screen import waiting
from web_widget.cli.settings import settings
from web_widget.settings import Settings

if TYPE_CHECKING:
    from helpdesk.voice import Subject, Voice

_LONGEST_DAYS = 366


def gaps(
    days: Annotated[
        int, typer.Option(help="How many days back; compared with as many before.")
    ] = 28,
    language: Annotated[str | None, typer.Option(help="Only questions of this language.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """What customers asked in vain, grouped by meaning: what rises first, then what costs most."""
    if not 1 <= days <= _LONGEST_DAYS:
        raise Problem(f"--days is {days}, must be from 1 to {_LONGEST_DAYS}.", status=BAD_USAGE)
    chosen = settings()
    with waiting("listening") as progress:
        heard = _heard(chosen, days, progress)
    subjects = [each for each in heard.subjects if language in (None, each.language)]
    if as_json:
        print_json({"subjects": [_json(each) for each in subjects]})
        return
    if not subjects:
        say(f"Nothing was asked in vain in the last {days} days.")
    for subject in subjects:
        _show(subject)
    if heard.dismissed:
        say(f"\n{len(heard.dismissed)} more left unanswered on purpose: see /staff/gaps.")


def _heard(chosen: Settings, days: int, progress: Callable[[str, int, int], None]) -> "Voice":
    index = open_index(chosen, progress)
    progress("reading the conversations", 0, 0)
    from helpdesk.clock import utc_now
    from helpdesk.gaps import Gaps
    from web_widget.customers_voice import heard

    return with_database(chosen, lambda db: heard(Gaps(db, utc_now), index, days))


def _show(subject: "Subject") -> None:
    rising = "rising, " if subject.is_rising else ""
    minutes = f", {subject.agent_minutes:.0f} min of agents" if subject.agent_minutes >= 1 else ""
    people = "customer" if subject.customers == 1 else "customers"
    say(f"\n{subject.question}  [{subject.language}]")
    say(f"  {subject.customers} {people} ({rising}{subject.before} before){minutes}")
    for wording in subject.wordings[1:4]:
        say(f"  - {wording.text}")
    if subject.entry_id:
        source = "says an agent" if subject.by_team else "is nearest"
        say(f"  entry: {subject.entry_id} ({source})")


def _json(subject: "Subject") -> dict[str, Any]:
    return {**asdict(subject), "last_at": subject.last_at.isoformat(timespec="seconds")}
