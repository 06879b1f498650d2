"""Results on standard output."""

import json
import sys


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def print_json(value: object) -> None:
    """One line, so that a program can read several."""
    say(json.dumps(value, ensure_ascii=False))
