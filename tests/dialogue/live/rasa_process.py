"""Runs a program in Rasa's environment."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def run_in_rasa(
    root: Path, python: Path, environment: Mapping[str, str], *arguments: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), *arguments],
        cwd=root,
        env={**os.environ, **environment, "PYTHONPATH": str(root)},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=240,
    )


def acts_of(
    root: Path, python: Path, environment: Mapping[str, str], model: Path, texts: Sequence[str]
) -> list[str]:
    """How the trained dialogue acts on each text: what is clearly no act is a question."""
    done = run_in_rasa(
        root,
        python,
        environment,
        *("tests/dialogue/in_rasa/understand.py", str(model)),
        stdin=json.dumps(list(texts)),
    )
    assert done.returncode == 0, done.stderr
    intents: list[str] = json.loads(done.stdout.splitlines()[-1])
    return ["question" if intent == "nlu_fallback" else intent for intent in intents]
