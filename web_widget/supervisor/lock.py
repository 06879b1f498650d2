"""One `kotae up` for each var folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from web_widget.supervisor.errors import CannotStart


@contextmanager
def only_one(lock: Path, what: str) -> Iterator[None]:
    """Hold the lock; raise CannotStart with the other's process id when another holds it.

    The kernel frees it when the process ends, however it ends, so a leftover file means nothing.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.read(handle, 32).decode("ascii", "replace").strip()
            by = f" (process {other})" if other else ""
            raise CannotStart(
                f"{what} in {lock.parent} already{by}: stop that one first."
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode("ascii"))
        yield
    finally:
        os.close(handle)
