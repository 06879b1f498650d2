"""Work that must not hold up the end of the process."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
_POLITE = 10


async def in_daemon(work: Callable[[], T], *, polite: bool = False) -> T:
    """Run `work` in a thread of its own that the process does not wait for when it ends.

    asyncio's own threads are joined at exit, and building an index may take a minute. A `polite`
    one, and the threads it starts, get the processor after those that serve customers.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # None only where T has it

    def run() -> None:
        result, error = None, None
        if polite:
            _give_way()
        try:
            result = work()
        except BaseException as exc:  # noqa: BLE001 - handed to the one who awaits
            error = exc
        # The loop may have closed meanwhile; then nobody waits any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="background", daemon=True).start()
    return await done


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere a process has one priority for all its threads
        thread = os.PRIO_PROCESS, threading.get_native_id()
        os.setpriority(*thread, max(_POLITE, os.getpriority(*thread)))
