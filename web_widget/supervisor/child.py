"""A process that is kept running."""

from collections.abc import Callable

from web_widget.supervisor.health import Probe
from web_widget.supervisor.logs import Follower, is_important, last_lines
from web_widget.supervisor.process import Command, Process, describe_exit
from web_widget.supervisor.restarts import Restarts
from web_widget.supervisor.screen import Screen

# Seconds between two questions.
ASK_STARTING = 0.3
ASK_READY = 3.0
# A process that answered once and then is silent for so long is taken for dead.
SILENT_FOR = 60.0


class Child:
    """Call `start` once and `tick` often; the rest follows from the clock and the process."""

    def __init__(
        self,
        command: Command,
        ready: Probe,
        alive: Probe,
        restarts: Restarts,
        screen: Screen,
        *,
        start: Callable[[Command], Process] = Process,
        silent_for: float = SILENT_FOR,
        hopeless: frozenset[int] = frozenset(),
    ) -> None:
        """`ready`: can it do its work now, `alive`: asked afterwards, is it still itself.

        `hopeless`: exit statuses after which starting again would not help.
        """
        self.command = command
        self.restarts = restarts
        self.process: Process | None = None
        self.starts = 0
        self.given_up: int | None = None  # the exit status, after a hopeless death
        self._ready = ready
        self._alive = alive
        self._screen = screen
        self._start = start
        self._silent_for = silent_for
        self._hopeless = hopeless
        self._asked_at = 0.0
        self._was_ready = False
        self._follower = Follower(command.log)
        self._log_start = self._follower.position

    @property
    def name(self) -> str:
        return self.command.name

    @property
    def ready(self) -> bool:
        return self.restarts.state == "ready"

    def start(self) -> None:
        self._was_ready = False
        self._ready.forget()
        self._alive.forget()
        self._log_start = self._follower.position
        self.process = self._start(self.command)
        self.starts += 1
        self.restarts.started()
        self._asked_at = self.restarts.clock()
        self._show()

    def tick(self) -> None:
        self._show_important()
        if self.process is None:
            if self.restarts.due:
                self.start()
        elif (status := self.process.poll()) is not None:
            self._died(status)
        else:
            self._ask()
        self._show()

    def let_go(self) -> Process | None:
        """Hand over the process, if one runs, to be stopped; it is not started again."""
        process, self.process = self.process, None
        self.restarts.stopped()
        self._screen.state(self.name, "stopping" if process else "stopped")
        return process

    def _ask(self) -> None:
        pause = ASK_READY if self.ready else ASK_STARTING
        if self.restarts.clock() - self._asked_at < pause:
            return
        answer = (self._alive if self._was_ready else self._ready).ask()
        if answer is not None:
            self._asked_at = self.restarts.clock()
            self._answered(answer)

    def _answered(self, answer: bool) -> None:
        if answer and not self.ready:
            self._was_ready = True
            self.restarts.became_ready()
        elif not answer and self.ready:
            self.restarts.became_unready()
        elif not answer and self._was_ready and self.restarts.elapsed > self._silent_for:
            self._screen.warn(f"{self.name} has not answered for {self._silent_for:.0f} s.")
            if self.process:
                self.process.kill()

    def _died(self, status: int) -> None:
        self.process = None
        self._follower.new_lines()
        for line in last_lines(self.command.log, since=self._log_start):
            self._screen.warn(f"  {line}")
        happened = f"{self.name} {describe_exit(status)}{self._what_now(status)}"
        self._screen.warn(f"{happened} (log: {self.command.log}).")

    def _what_now(self, status: int) -> str:
        if status in self._hopeless:
            self.given_up = status
            self.restarts.stopped()
            return ""
        return f"; restarting in {self.restarts.died():.0f} s"

    def _show_important(self) -> None:
        for line in filter(is_important, self._follower.new_lines()):
            self._screen.warn(f"{self.name}: {line}")

    def _show(self) -> None:
        state = self.restarts.state
        if state == "waiting":
            text = f"restarting in {self.restarts.wait_left:.0f} s"
        elif state == "starting" and self._was_ready:
            text = "not answering"
        else:
            text = state
        self._screen.state(self.name, text)
