"""Ends processes: asked first, forced when they do not listen."""

import time
from collections.abc import Callable, Sequence

from web_widget.supervisor.process import Process

# Together under the ten seconds that a stop may take.
GRACE = 7.0
GRACE_STATELESS = 3.0
FORCED = 1.5


def stop(
    processes: Sequence[Process],
    *,
    grace: float = GRACE,
    hurry: Callable[[], bool] = lambda: False,
) -> list[Process]:
    """SIGTERM to every group at once, SIGKILL after `grace` seconds or when `hurry` says so.

    Returns those that had to be forced. What is stateless gets less time, since its libraries may
    take longer to unload than is worth waiting for.
    """
    began = time.monotonic()
    for process in processes:
        process.terminate()
    forced: list[Process] = []
    running = list(processes)
    while running and time.monotonic() < began + grace + FORCED:
        for process in running:
            late = hurry() or time.monotonic() > began + _grace(process, grace)
            if late and process not in forced:
                process.kill()
                forced.append(process)
        time.sleep(0.05)
        running = [process for process in running if process.poll() is None]
    return forced


def _grace(process: Process, grace: float) -> float:
    return min(grace, GRACE_STATELESS) if process.command.stateless else grace
