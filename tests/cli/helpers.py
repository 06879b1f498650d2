"""What the tests of the command line share."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from web_widget.supervisor.process import Command

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


class FakeClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


class Recorder:
    """A screen that remembers; `states` has every change of a process, in order."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.warnings: list[str] = []
        self.states: list[tuple[str, str]] = []
        self.stages: list[tuple[str, str, int, int]] = []

    def line(self, text: str) -> None:
        self.lines.append(text)

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def state(self, name: str, text: str) -> None:
        if not self.states or self.states[-1] != (name, text):
            self.states.append((name, text))

    def progress(self, name: str, stage: str, done: int, total: int) -> None:
        self.stages.append((name, stage, done, total))

    def finished(self, name: str) -> None:
        pass


def eventually(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, f"waited {patience} s in vain until {what}"
        time.sleep(0.02)


def free_port() -> int:
    """A port of 20000 or more that nobody has, below those that are given to outgoing calls."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def alive(pid: int) -> bool:
    """A zombie, which only waits to be looked at, counts as dead."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def python(code: str, tmp_path: Path, *arguments: str, name: str = "worker") -> Command:
    """A command that runs a piece of Python in a process of its own."""
    return Command(
        name=name,
        argv=(sys.executable, "-c", code, *arguments),
        folder=tmp_path,
        environment={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"},
        log=tmp_path / "log" / f"{name}.log",
    )


def clean_environment(**changes: str) -> Mapping[str, str]:
    """This process's environment without settings of Kotae, plus the ones given."""
    bare = {name: text for name, text in os.environ.items() if not name.startswith("KOTAE_")}
    return bare | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"} | changes
