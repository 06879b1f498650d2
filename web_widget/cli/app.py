"""All commands in one place. Their heavy libraries are loaded when a command runs, not before."""

from importlib.metadata import version as installed_version
from typing import Annotated

import typer

from web_widget.cli.ask import ask
from web_widget.cli.check import check
from web_widget.cli.demo import demo
from web_widget.cli.diff import diff
from web_widget.cli.evaluate import evaluate
from web_widget.cli.faq import faq
from web_widget.cli.gaps import gaps
from web_widget.cli.index import index
from web_widget.cli.labels import labels
from web_widget.cli.lint import lint
from web_widget.cli.output import say
from web_widget.cli.problems import BAD_USAGE, Commands
from web_widget.cli.promise import promise
from web_widget.cli.purchases import purchases
from web_widget.cli.remember import remember
from web_widget.cli.report import report
from web_widget.cli.train import train
from web_widget.cli.tune import tune
from web_widget.cli.up import up
from web_widget.cli.users import user

app = typer.Typer(
    name="kotae",
    cls=Commands,
    help="Kotae answers a support team's customers from the team's own FAQ files.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(installed_version("kotae"))
        raise typer.Exit


@app.callback()
def kotae(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        say(context.get_help())
        raise typer.Exit(BAD_USAGE)


for command in (up, check, lint, ask, diff, remember, evaluate, promise, train, tune, demo):
    app.command()(command)
app.add_typer(faq, name="faq")
app.add_typer(gaps, name="gaps")
app.add_typer(index, name="index")
app.add_typer(labels, name="labels")
app.add_typer(purchases, name="purchases")
app.add_typer(report, name="report")
app.add_typer(user, name="user")
