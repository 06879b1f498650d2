"""`kotae labels ...`"""

from pathlib import Path
from typing import Annotated

import typer

from web_widget.cli.database import with_labels
from web_widget.cli.output import print_json, say
from web_widget.cli.problems import BAD_USAGE, Problem
from web_widget.cli.settings import settings

# A file of customers' words is nobody's but its owner's.
_PRIVATE = 0o600

labels = typer.Typer(
    help="Which entries answer which questions: what Kotae learns its confidence from.",
    invoke_without_command=True,
)


@labels.callback()
def count(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Count the labels by language and source."""
    if context.invoked_subcommand is not None:
        return
    counts = with_labels(settings(), lambda known: known.counts())
    if as_json:
        rows = [{"language": lang, "source": source, "labels": n} for lang, source, n in counts]
        print_json({"labels": rows})
        return
    if not counts:
        say(
            "No label yet: customers' feedback, agents' clicks and `kotae labels import` make some."
        )
    for language, source, n in counts:
        say(f"{language or 'any language':<14} {source:<10} {n:>7,}")


@labels.command(name="import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="Questions with the entries that answer them, .jsonl.")
    ],
) -> None:
    """Add the labels of a file; those of the same questions are replaced."""
    from faq_index import read_labels

    _must_exist(file)
    read = read_labels(file)
    stored = with_labels(settings(), lambda known: known.import_all(read))
    say(f"{stored} label{'' if stored == 1 else 's'} imported.")


@labels.command(name="export")
def export_file(
    file: Annotated[Path, typer.Argument(help="Where to write them, .jsonl.")],
) -> None:
    """Write all labels to a file, one for each question: they are customers' words."""
    from faq_index import write_labels

    if not file.absolute().parent.is_dir():
        raise Problem(f"The folder {file.parent} does not exist.", status=BAD_USAGE)
    known = with_labels(settings(), lambda store: store.everything())
    file.touch(_PRIVATE)
    write_labels(file, known)
    say(f"{len(known)} label{'' if len(known) == 1 else 's'} written to {file}.")


def _must_exist(file: Path) -> None:
    if not file.is_file():
        raise Problem(f"{file} does not exist.", status=BAD_USAGE)
