"""The log files of the processes: rotated at start, followed for lines an operator should see."""

import re
from pathlib import Path

KEPT = 5
_IMPORTANT = re.compile(
    r"""\b(ERROR|CRITICAL|FATAL)\b | "level":\s*"(error|critical)" | \[(error|critical)\s*\]""",
    re.X,
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def rotate(log: Path, kept: int = KEPT) -> None:
    """app.log becomes app.1.log, that becomes app.2.log; the oldest of `kept` is dropped."""
    if not log.exists() or log.stat().st_size == 0:
        return
    older = [log, *(log.with_suffix(f".{number}{log.suffix}") for number in range(1, kept))]
    for newer, older_one in reversed(list(zip(older, older[1:], strict=False))):
        if newer.exists():
            newer.replace(older_one)


def last_lines(log: Path, count: int = 12, since: int = 0) -> list[str]:
    """The last lines written after byte `since`, without colours and empty lines."""
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(since, file.tell() - 16_384))
            text = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    return [plain for line in text.splitlines() if (plain := _plain(line))][-count:]


def is_important(line: str) -> bool:
    return _IMPORTANT.search(line) is not None


class Follower:
    """Reads what was appended to a log since it was last asked, whole lines only."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.position = log.stat().st_size if log.exists() else 0
        self._rest = b""

    def new_lines(self) -> list[str]:
        try:
            with self.log.open("rb") as file:
                file.seek(self.position)
                data = file.read(1_000_000)
        except FileNotFoundError:
            return []
        self.position += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [plain for line in lines if (plain := _plain(line.decode("utf-8", "replace")))]


def _plain(line: str) -> str:
    return _COLOUR.sub("", line).rstrip()
