"""Writes `.env.example` from the settings: `python -m web_widget.env_example > .env.example`."""

from __future__ import annotations

import sys
from textwrap import wrap

from web_widget.read_settings import secret_fields
from web_widget.settings import Settings
from web_widget.settings_sentences import variable

_HEAD = """\
# Settings of Kotae. Copy this file to .env and take the # away from what you change.
# Variables of the process win over .env; an empty value means the default shown here.
"""


def env_example() -> str:
    """Every setting with its sentence and its default, in the order of the class."""
    return _HEAD + "".join("\n" + _entry(field) for field in Settings.model_fields)


def _entry(field: str) -> str:
    info = Settings.model_fields[field]
    sentence = str(info.description)
    if field in secret_fields():
        sentence += f" Or name a file that holds it: {variable(field)}_FILE."
    lines = [f"# {line}" for line in wrap(sentence, 96)]
    return "\n".join([*lines, f"# {variable(field)}={_written(info.default)}"]) + "\n"


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value)


if __name__ == "__main__":
    sys.stdout.write(env_example())
