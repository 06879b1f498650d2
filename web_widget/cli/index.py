"""`kotae index build`"""

from typing import Annotated

import typer

from web_widget.cli.library import open_index
from web_widget.cli.output import print_json, say
from web_widget.cli.screen import screen
from web_widget.cli.settings import settings

index = typer.Typer(help="The search index that is built from the FAQ files.")


@index.callback()
def _index() -> None:
    """Keeps `build` a command of its own while it is the only one."""


@index.command()
def build(
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Build the index from the FAQ files; only what has changed is computed anew."""
    chosen = settings()
    if as_json:
        built = open_index(chosen, _print_progress)
        print_json({"version": built.version, "thresholds": dict(built.thresholds)})
        return
    with screen() as shown:
        built = open_index(
            chosen, lambda stage, done, total: shown.progress("the index", stage, done, total)
        )
    say(f"The index is built: version {built.version}, {built.size} entries.")


def _print_progress(stage: str, done: int, total: int) -> None:
    print_json({"stage": stage, "done": done, "total": total})
