"""The errors of this library.

FaqIndexError
  InvalidFaq           the FAQ files cannot be used; says every problem of every file
  InvalidLabels        a file of labels cannot be used; says every bad line
  SnapshotMissing      nothing was built yet
  SnapshotDamaged      a file of the snapshot is not what was written
  EncoderUnavailable   the sentence encoder cannot be loaded
  LookerLost           a process that looked questions up ended
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class FaqIndexError(Exception):
    """Base of all errors here. `permanent` is true when trying again cannot help."""

    def __init__(self, message: str, *, permanent: bool = True) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one place; lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class InvalidFaq(FaqIndexError):
    """The FAQ files hold problems, sorted by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InvalidLabels(FaqIndexError):
    """A file of labels holds bad lines; each problem is `file:line: sentence`."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n".join(self.problems))


class SnapshotMissing(FaqIndexError):
    """No snapshot is published in the folder."""


class SnapshotDamaged(FaqIndexError):
    """A snapshot does not match its manifest."""


class CannotWrite(FaqIndexError):
    """A change cannot be written into the FAQ files."""


class CannotTune(FaqIndexError):
    """This encoder cannot be tuned, or this FAQ has too little to tune it with."""


class LookerLost(FaqIndexError):
    """A process that looked questions up has ended before it was told to."""


class EncoderUnavailable(FaqIndexError):
    """The encoder's package or files are missing or unusable."""
