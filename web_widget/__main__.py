"""`python -m web_widget`: run the app by itself. `kotae up` runs it together with Rasa."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

_DESCRIPTION = """Serve the widget, its API, the staff pages and the actions for Rasa.
Settings come from the environment (KOTAE_...) and from .env in this folder; see .env.example."""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 2 for wrong settings, 1 when the program cannot start."""
    argparse.ArgumentParser("python -m web_widget", description=_DESCRIPTION).parse_args(argv)
    # Imported here so that --help does not wait for the libraries.
    from web_widget.read_settings import settings_from_process
    from web_widget.settings_sentences import WrongSettings

    try:
        settings = settings_from_process()
    except WrongSettings as exc:
        return _say(str(exc), 2)
    import uvloop

    from faq_index import FaqIndexError
    from helpdesk.errors import AppError
    from helpdesk.wording import InvalidWording
    from web_widget.logging import configure_logging
    from web_widget.serve import CannotStart, serve

    configure_logging(settings.log_level, settings.log_format)
    try:
        # A turn is a few dozen callbacks, which cost a millisecond less in this loop.
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(settings))
    except (CannotStart, FaqIndexError, InvalidWording, AppError) as exc:
        return _say(str(exc), 1)
    return 0


def _say(sentence: str, status: int) -> int:
    sys.stderr.write(sentence + "\n")
    return status


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # All is closed. Taking the libraries down piece by piece would cost seconds and serve nobody.
    os._exit(status)
