"""The settings of a command."""

from pathlib import Path

from web_widget.read_settings import settings_from_process
from web_widget.settings import Settings


def settings(*, demo: bool = False) -> Settings:
    """Those of the process; with `demo`, as if KOTAE_DEMO were set."""
    found = settings_from_process()
    return found.model_copy(update={"demo": True}) if demo else found


def root() -> Path:
    """The project's top folder: commands are run there, as `.env` and relative paths are."""
    return Path.cwd()
