"""Ctrl-C and SIGTERM as something to look at, instead of an exception in the middle of things."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopRequests:
    """`count` grows with each request: at the second one nobody waits any longer."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.count += 1

    @property
    def requested(self) -> bool:
        return self.count > 0

    @property
    def urgent(self) -> bool:
        return self.count > 1


@contextmanager
def stop_requests() -> Iterator[StopRequests]:
    """Collects SIGINT, SIGTERM and SIGHUP while inside. One that `nohup` hides stays hidden."""
    requests = StopRequests()
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, requests) for number in numbers}
    try:
        yield requests
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
