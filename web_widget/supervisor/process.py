"""One operating-system process in a group of its own, with its output in a log file."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")


@dataclass(frozen=True, slots=True)
class Command:
    name: str  # as the operator knows it: "app", "Rasa", "training"
    argv: tuple[str, ...]
    folder: Path  # where it runs
    environment: Mapping[str, str]  # all of it: nothing is inherited
    log: Path  # standard output and error are appended here
    stateless: bool = False  # killing it loses nothing


class Process:
    """Started when made. The group lets a stop reach what the process started itself."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self._popen = _start(command)

    @property
    def pid(self) -> int:
        return self._popen.pid

    def poll(self) -> int | None:
        """The exit status (negative: killed by that signal), None while it runs."""
        status = self._popen.poll()
        if status is not None:
            self._signal_group(signal.SIGKILL)  # what it started and left behind
            if self._popen.stdin:
                self._popen.stdin.close()
        return status

    def terminate(self) -> None:
        self._signal_group(signal.SIGTERM)

    def kill(self) -> None:
        self._signal_group(signal.SIGKILL)

    def wait(self, timeout: float) -> bool:
        """Whether it ended within `timeout` seconds."""
        try:
            self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return self.poll() is not None

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, number)


def _start(command: Command) -> subprocess.Popen[bytes]:
    command.log.parent.mkdir(parents=True, exist_ok=True)
    guard = (sys.executable, "-I", "-S", str(GUARD), str(os.getpid()))
    with command.log.open("ab") as log:
        return subprocess.Popen(
            (*guard, *command.argv),
            cwd=command.folder,
            env=dict(command.environment),
            # The pipe is what tells the guard that the supervisor is gone where the kernel cannot.
            stdin=subprocess.DEVNULL if sys.platform == "linux" else subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def describe_exit(status: int) -> str:
    """
    >>> describe_exit(3)
    'ended with status 3'
    >>> describe_exit(-9)
    'was killed (SIGKILL)'
    """
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was killed ({signal.Signals(-status).name})"
    except ValueError:
        return f"was killed by signal {-status}"
