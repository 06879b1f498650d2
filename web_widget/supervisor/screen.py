"""What the supervisor needs of the place where it reports."""

from typing import Protocol


class Screen(Protocol):
    def line(self, text: str) -> None:
        """Something that happened, once."""

    def warn(self, text: str) -> None:
        """A problem the operator should look at, or a line of a log that tells of one."""

    def state(self, name: str, text: str) -> None:
        """What a process does now. Called as often as one likes; shown when it changes."""

    def progress(self, name: str, stage: str, done: int, total: int) -> None:
        """How far a long piece of work is; total 0 when nobody knows."""

    def finished(self, name: str) -> None:
        """The work or process is over and needs no place any more."""
