"""`kotae check`"""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from web_widget.cli.output import print_json, say
from web_widget.cli.problems import PROBLEM_FOUND, Problem
from web_widget.cli.settings import root, settings


def check(
    path: Annotated[
        Path | None, typer.Argument(help="Folder of FAQ files; the setting's when left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Check the FAQ files; every problem with its file, line and column."""
    from faq_index import InvalidFaq, load_faq

    folder = path or _near(settings().faq_dir)
    if not folder.exists():
        raise Problem(f"{folder} does not exist.")
    try:
        languages = Counter(entry.language for entry in load_faq(folder))
        problems = []
    except InvalidFaq as error:
        languages, problems = Counter(), list(error.problems)
    if as_json:
        print_json(
            {
                "ok": not problems,
                "entries": dict(languages),
                "problems": [
                    {"file": p.file, "line": p.line, "column": p.column, "message": p.message}
                    for p in problems
                ],
            }
        )
    else:
        for problem in problems:
            say(str(problem))
        say(_summary(languages, len(problems)))
    if problems:
        raise typer.Exit(PROBLEM_FOUND)


def _near(folder: Path) -> Path:
    """As a person in the project's folder would write it."""
    return folder.relative_to(root()) if folder.is_relative_to(root()) else folder


def _summary(languages: Counter[str], problems: int) -> str:
    if problems:
        return f"{problems} problem{'s' if problems > 1 else ''} found."
    counts = ", ".join(f"{count} {language}" for language, count in sorted(languages.items()))
    return f"All {languages.total()} entries are in order ({counts or 'no files'})."
