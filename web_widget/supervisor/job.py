"""A piece of preparing work in a process of its own, so that the supervisor stays light."""

from collections.abc import Callable
from typing import Protocol

from web_widget.supervisor.logs import Follower, last_lines
from web_widget.supervisor.process import Command, Process
from web_widget.supervisor.screen import Screen


class Stages(Protocol):
    """Reads the lines that a job writes."""

    def __call__(self, line: str) -> tuple[str, int, int] | None:
        """(stage, done, total) when the line tells of progress."""


class Job:
    """Runs once. `tick` returns the exit status when it is over, None before."""

    def __init__(
        self,
        command: Command,
        stages: Stages,
        screen: Screen,
        *,
        start: Callable[[Command], Process] = Process,
    ) -> None:
        self.command = command
        self._stages = stages
        self._screen = screen
        self._follower = Follower(command.log)
        self._log_start = self._follower.position
        self._screen.progress(command.name, "starting", 0, 0)
        self.process: Process | None = start(command)

    def tick(self) -> int | None:
        """Only to be called until it returned a status."""
        assert self.process is not None
        status = self.process.poll()
        for line in self._follower.new_lines():
            if told := self._stages(line):
                self._screen.progress(self.command.name, *told)
        if status is not None:
            self.process = None
            self._screen.finished(self.command.name)
        return status

    def let_go(self) -> Process | None:
        process, self.process = self.process, None
        self._screen.finished(self.command.name)
        return process

    def last_lines(self, count: int = 12) -> list[str]:
        """The last things it said, apart from how far it was."""
        lines = last_lines(self.command.log, 1000, self._log_start)
        return [line for line in lines if not self._stages(line)][-count:]
