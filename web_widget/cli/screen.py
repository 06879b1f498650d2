"""Where long work reports: a live display on a terminal, plain lines everywhere else."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

_COLOUR = {"ready": "green", "starting": "yellow", "stopping": "yellow", "stopped": "dim"}


class PlainScreen:
    """One line for each thing that changes; for logs, pipes and services."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out = out
        self._err = err
        self._shown: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def line(self, text: str) -> None:
        _write(self._out, text)

    def warn(self, text: str) -> None:
        _write(self._err, text)

    def state(self, name: str, text: str) -> None:
        # The seconds of a countdown are for the terminal.
        text = text.split(" in ")[0]
        if self._shown.get(name) != text:
            self._shown[name] = text
            self.line(f"{name}: {text}")

    def progress(self, name: str, stage: str, done: int, total: int) -> None:  # noqa: ARG002
        self.state(name, stage)

    def finished(self, name: str) -> None:
        if self._shown.pop(name, None):
            self.line(f"{name}: done")


def _write(to: TextIO, text: str) -> None:
    # Written through at once: whoever waits for "ready" waits for the line, not a full buffer.
    to.write(f"{text}\n")
    to.flush()


class TerminalScreen:
    """The processes and the work under way at the bottom, what happened scrolls above."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._states: dict[str, tuple[str, float]] = {}
        self._tasks: dict[str, TaskID] = {}
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[stage]}", style="dim"),
            TimeElapsedColumn(),
            console=console,
        )
        self._live = Live(
            console=console, get_renderable=self._render, refresh_per_second=4, transient=True
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def line(self, text: str) -> None:
        self._console.print(Text(text))

    def warn(self, text: str) -> None:
        self._console.print(Text(text, style="yellow"))

    def state(self, name: str, text: str) -> None:
        before = self._states.get(name)
        if before is None or before[0] != text:
            self._states[name] = (text, time.monotonic())

    def progress(self, name: str, stage: str, done: int, total: int) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name.capitalize(), stage=stage)
        self._progress.update(self._tasks[name], completed=done, total=total or None, stage=stage)

    def finished(self, name: str) -> None:
        if (task := self._tasks.pop(name, None)) is not None:
            self._progress.remove_task(task)

    def _render(self) -> Group:
        table = Table.grid(padding=(0, 2))
        for name, (text, since) in self._states.items():
            colour = _COLOUR.get(text, "red")
            table.add_row(name, Text(text, style=colour), _age(time.monotonic() - since))
        return Group(table, self._progress) if self._tasks else Group(table)


def _age(seconds: float) -> str:
    """
    >>> _age(59.7)
    '59 s'
    >>> _age(7260)
    '2 h 1 min'
    """
    if seconds < 60:
        return f"{int(seconds)} s"
    minutes = int(seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def screen() -> Iterator[PlainScreen | TerminalScreen]:
    """The screen that fits where standard output leads."""
    console = Console(file=sys.stdout)
    plain = PlainScreen(sys.stdout, sys.stderr)
    with TerminalScreen(console) if console.is_terminal else plain as chosen:
        yield chosen


@contextmanager
def waiting(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """Progress on the terminal of standard error, if there is one; the result has stdout alone."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield lambda *_: None
        return
    with TerminalScreen(console) as shown:
        yield lambda stage, done, total: shown.progress(what, stage, done, total)
