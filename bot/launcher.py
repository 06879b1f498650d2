"""Starts Rasa's command line, tuned and quiet: `python -m bot.launcher run|train|test ...`.

Run it in the project's top folder with the Python of Rasa's environment.
"""

from __future__ import annotations

import logging
import os
import re
import sys

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
# One turn is too little work to share out: more threads only get in each other's way.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# Rasa's levels below WARNING write what customers say into the log.
DEFAULTS = {"LOG_LEVEL": "WARNING", "RASA_CACHE_DIRECTORY": "var/rasa-cache"}
# Deprecations in the libraries of a Rasa that gets no more releases, and intents without examples:
# only buttons send those. Any other warning is about our own files and is shown.
POINTLESS = re.compile(r"DeprecationWarning|FutureWarning|not found in the NLU training data")


def main() -> int:
    os.environ.update(QUIET | ONE_THREAD)
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addFilter(_is_worth_reading)

    from rasa.__main__ import main as rasa
    from rasa.core import processor
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import Event
    from rasa.utils.endpoints import EndpointConfig

    from bot.event_types import remember_types
    from bot.graph_runner import PlannedGraphRunner
    from bot.kept_connections import keep_connections
    from bot.remote_action import UnexpectedRasa, replace_slow_parts

    try:
        replace_slow_parts(RemoteAction)
    except UnexpectedRasa as error:
        sys.stderr.write(f"{error}\n")
        return 1
    remember_types(Event)
    keep_connections(EndpointConfig)
    processor.DaskGraphRunner = PlannedGraphRunner
    sys.argv = _arguments(sys.argv)
    rasa()
    return 0


def _is_worth_reading(record: logging.LogRecord) -> bool:
    return not POINTLESS.search(record.getMessage())


def _arguments(argv: list[str]) -> list[str]:
    """Rasa listens on every interface unless told otherwise; ours listens on loopback only."""
    serves = argv[1:2] == ["run"]
    if serves and not {"-i", "--interface"} & set(argv):
        return [*argv, "-i", "127.0.0.1"]
    return argv


if __name__ == "__main__":
    sys.exit(main())
