"""What the processes find in their environment.

Settings are read in `web_widget.settings`; here the supervisor's own environment is only handed on.
"""

from collections.abc import Mapping
from os import environ

from web_widget.settings_sentences import PREFIX

# Rasa reports its use to its makers, and its libraries fill the log with notices, unless told.
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "CUDA_VISIBLE_DEVICES": "-1",
}


def inherited() -> dict[str, str]:
    """This process's environment, for a process that shares the settings."""
    # Without progress bars, which make a log unreadable.
    return dict(environ) | {"PYTHONUNBUFFERED": "1", "TQDM_DISABLE": "1"}


def for_app(own: Mapping[str, str], tokens: Mapping[str, str], *, demo: bool) -> dict[str, str]:
    """`tokens`: only those made by the supervisor, by variable; the app reads its own settings."""
    return dict(own) | dict(tokens) | ({"KOTAE_DEMO": "true"} if demo else {})


def for_rasa(own: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """Rasa learns what `told` says and no other setting: it needs no database, no other secret."""
    bare = {name: text for name, text in own.items() if not name.startswith(PREFIX)}
    # Variables that would send Rasa's Python to the libraries of this one.
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        bare.pop(name, None)
    return bare | _QUIET | dict(told)
