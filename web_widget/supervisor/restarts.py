"""When a process that died is started again. Knows no process and no real clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Clock = Callable[[], float]  # seconds that only grow, as time.monotonic
State = Literal["stopped", "starting", "ready", "waiting"]

PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
FORGIVEN_AFTER = 60.0


@dataclass
class Restarts:
    """The life of one process: stopped → starting → ready, and on death → waiting → starting.

    Each death in a row waits longer; what was ready for `forgiven_after` seconds without a break
    starts again at the shortest pause.
    """

    clock: Clock
    pauses: tuple[float, ...] = PAUSES
    forgiven_after: float = FORGIVEN_AFTER
    state: State = "stopped"
    deaths: int = 0  # in a row, since the last time it was forgiven
    since: float = field(default=0.0, init=False)  # when the present state began
    _restart_at: float = field(default=0.0, init=False)

    def started(self) -> None:
        self._enter("starting")

    def became_ready(self) -> None:
        self._enter("ready")

    def became_unready(self) -> None:
        """It runs but does not answer: the time of health counts anew."""
        self._forgive_if_healthy()
        self._enter("starting")

    def died(self) -> float:
        """Return how many seconds to wait before the next start."""
        self._forgive_if_healthy()
        pause = self.pauses[min(self.deaths, len(self.pauses) - 1)]
        self.deaths += 1
        self._enter("waiting")
        self._restart_at = self.since + pause
        return pause

    def stopped(self) -> None:
        self.deaths = 0
        self._enter("stopped")

    @property
    def wait_left(self) -> float:
        """Seconds until the next start; 0 in every state but waiting."""
        return max(0.0, self._restart_at - self.clock()) if self.state == "waiting" else 0.0

    @property
    def due(self) -> bool:
        return self.state == "waiting" and self.clock() >= self._restart_at

    @property
    def elapsed(self) -> float:
        """Seconds in the present state."""
        return self.clock() - self.since

    def _forgive_if_healthy(self) -> None:
        if self.state == "ready" and self.elapsed >= self.forgiven_after:
            self.deaths = 0

    def _enter(self, state: State) -> None:
        self.state = state
        self.since = self.clock()
