"""Has past questions looked up in the background, so that a look at a change finds them known.

`kotae remember` does it, in a process of its own: this one's interpreter serves customers.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import structlog

from web_widget.errors import failure
from web_widget.settings import Settings
from web_widget.supervisor.environment import inherited
from web_widget.supervisor.logs import rotate
from web_widget.supervisor.process import Command, Process, describe_exit
from web_widget.supervisor.stop import stop

log = structlog.get_logger(__name__)

# After the start, when customers who waited for it have been served.
_FIRST_SECONDS = 120.0
# How often new questions are looked for, and how soon after a failure it is tried again.
_EVERY_SECONDS = 3600.0
# Somebody who publishes one change often publishes another.
_GATHER_SECONDS = 10.0
_LOOK_SECONDS = 0.5
_GRACE = 2.0


class Remembering:
    """Runs the command some time after the start, when an FAQ has been learned, and when there are
    new questions; never twice at a time."""

    def __init__(
        self,
        command: Command,
        last_asked: Callable[[], Awaitable[object]],
        *,
        first: float = _FIRST_SECONDS,
        every: float = _EVERY_SECONDS,
        gather: float = _GATHER_SECONDS,
    ) -> None:
        """`last_asked` gives another value when something has been asked since."""
        self._command = command
        self._last_asked = last_asked
        self._first = first
        self._every = every
        self._gather = gather
        self._learned = asyncio.Event()

    def learned(self) -> None:
        """What is live has been learned: another state of it is remembered."""
        self._learned.set()

    async def run(self) -> None:
        """Until cancelled, which ends the command too."""
        seconds, known = self._first, None
        while True:
            is_new = await self._waited(seconds)
            seconds = self._every
            try:
                last = await self._last_asked()
                if is_new or known is None or last != known[0]:
                    known = (last,) if await self._remembered() else None
            except Exception as exc:  # noqa: BLE001 - the next round may succeed
                log.error("past questions not remembered", **failure(exc))

    async def _waited(self, seconds: float) -> bool:
        """Whether it was ended by a new state of the FAQ."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._learned.wait(), seconds)
            await asyncio.sleep(self._gather)
        is_new = self._learned.is_set()
        self._learned.clear()
        return is_new

    async def _remembered(self) -> bool:
        rotate(self._command.log)
        process = Process(self._command)
        status = None
        try:
            while (status := process.poll()) is None:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            if status is None:
                await asyncio.to_thread(stop, [process], grace=_GRACE)
        if status == 0:
            log.info("past questions remembered")
        else:
            ended = describe_exit(status)
            log.warning("past questions not remembered", ended=ended, log=str(self._command.log))
        return status == 0


def remembering_command(settings: Settings) -> Command:
    """`kotae remember` with these settings' environment, when nobody else wants the processor."""
    return Command(
        name="remembering past questions",
        argv=("nice", "-n", "19", sys.executable, "-m", "web_widget.cli", "remember")
        + ("--processes", "1"),
        folder=Path.cwd(),
        environment=inherited(),
        log=settings.var_dir / "log" / "remembering.log",
        stateless=True,
    )
