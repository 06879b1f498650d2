"""`kotae train`"""

import time
from typing import Annotated

import typer

from web_widget.cli.output import say
from web_widget.cli.problems import INTERRUPTED, Problem
from web_widget.cli.screen import screen
from web_widget.cli.settings import root, settings
from web_widget.supervisor.job import Job
from web_widget.supervisor.parts import parts_of
from web_widget.supervisor.signals import stop_requests
from web_widget.supervisor.stop import stop


def train(
    force: Annotated[
        bool, typer.Option("--force", help="Train even when nothing has changed.")
    ] = False,
) -> None:
    """Train the dialogue, when it has changed. FAQ entries never need this."""
    parts = parts_of(settings(), root())
    dialogue = parts.dialogue
    dialogue.require()
    if not force and (model := dialogue.current_model()):
        say(f"The dialogue has not changed; its model is {model}.")
        return
    began = time.monotonic()
    trained_from = dialogue.fingerprint()
    with screen() as shown:
        job = parts.train(shown)
        _wait(job)
        model = dialogue.keep_trained(trained_from)
    if model is None:
        raise Problem(_failure(job))
    say(f"Trained in {time.monotonic() - began:.0f} s: {model}")


def _wait(job: Job) -> None:
    with stop_requests() as stops:
        while (status := job.tick()) is None:
            if stops.requested:
                process = job.let_go()
                stop([process] if process else [], hurry=lambda: stops.urgent)
                raise Problem("Interrupted.", status=INTERRUPTED)
            time.sleep(0.1)
    if status != 0:
        raise Problem(_failure(job))


def _failure(job: Job) -> str:
    said = next(reversed(job.last_lines(1)), "").strip()
    because = f": {said}" if said else ""
    return f"Training the dialogue failed{because} (log: {job.command.log})."
