"""`kotae up`: what is started when, and what the operator is told about it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from web_widget.supervisor.child import Child
from web_widget.supervisor.job import Job
from web_widget.supervisor.logs import last_lines
from web_widget.supervisor.parts import Parts
from web_widget.supervisor.screen import Screen
from web_widget.supervisor.signals import StopRequests
from web_widget.supervisor.stop import stop

TICK = 0.1


@dataclass
class Up:
    """One run. The app comes first, since it answers from the index alone; then Rasa joins."""

    parts: Parts
    screen: Screen
    stops: StopRequests
    greeting: Callable[[], list[str]]  # what the operator is told once the app answers
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _app: Child | None = field(default=None, init=False)
    _rasa: Child | None = field(default=None, init=False)
    _index: Job | None = field(default=None, init=False)
    _training: Job | None = field(default=None, init=False)
    _demo: Job | None = field(default=None, init=False)
    _trained_from: str = field(default="", init=False)
    _told_ready: bool = field(default=False, init=False)
    _joined: int = field(default=0, init=False)  # the start of Rasa that was told of last
    _status: int | None = field(default=None, init=False)
    _began: float = field(default=0.0, init=False)

    def run(self) -> int:
        """Returns the exit status, after everything that was started has ended."""
        self._began = self.clock()
        try:
            self._prepare_index()
            while self._status is None and not self.stops.requested:
                self._tick()
                self.sleep(TICK)
        finally:
            self._stop()
        return self._status or 0

    def _tick(self) -> None:
        if self._index:
            self._watch_index(self._index)
        if self._app:
            self._watch_app(self._app)
        if self._training:
            self._watch_training(self._training)
        if self._demo and self._demo.tick() is not None:
            self._finish_demo(self._demo)
        if self._rasa:
            self._watch_rasa(self._rasa)

    def _prepare_index(self) -> None:
        if self.parts.index.is_current():
            self._start_app()
        else:
            self._index = self.parts.build_index(self.screen)

    def _watch_index(self, job: Job) -> None:
        status = job.tick()
        if status is None:
            return
        self._index = None
        if status != 0:
            for line in job.last_lines():
                self.screen.warn(line)
            if not self.parts.index.exists():
                self.screen.warn("Without an index Kotae cannot answer, so it was not started.")
                self._status = 1
                return
            self.screen.warn("The index could not be built; the one built before stays live.")
        self._start_app()

    def _start_app(self) -> None:
        self._app = self.parts.app(self.screen, self.clock)
        self._app.start()
        model = self.parts.dialogue.current_model()
        if model:
            self._start_rasa(model)
        else:
            self._trained_from = self.parts.dialogue.fingerprint()
            self._training = self.parts.train(self.screen)

    def _watch_app(self, app: Child) -> None:
        app.tick()
        if app.given_up is not None:
            self._status = app.given_up
        elif app.ready and not self._told_ready:
            self._told_ready = True
            self.screen.line(f"Kotae is ready at {self.parts.url} (after {self._elapsed()}).")
            if self.parts.demo:
                self._demo = self.parts.prepare_demo(self.screen)
            else:
                self._greet()

    def _finish_demo(self, job: Job) -> None:
        self._demo = None
        for line in last_lines(job.command.log):
            self.screen.warn(line)
        self._greet()

    def _greet(self) -> None:
        for line in self.greeting():
            self.screen.line(line)

    def _watch_training(self, job: Job) -> None:
        status = job.tick()
        if status is None:
            return
        self._training = None
        model = self.parts.dialogue.keep_trained(self._trained_from) if status == 0 else None
        if model:
            self.screen.line(f"The dialogue is trained (after {self._elapsed()}).")
        else:
            model = self._without_training(job)
        if model:
            self._start_rasa(model)

    def _without_training(self, job: Job) -> Path | None:
        for line in job.last_lines():
            self.screen.warn(f"  {line}")
        model = self.parts.dialogue.previous_model()
        goes_on = (
            "with the dialogue trained before" if model else "without Rasa, from the index alone"
        )
        self.screen.warn(
            f"Training the dialogue failed (log: {job.command.log}); Kotae goes on {goes_on}."
        )
        return model

    def _start_rasa(self, model: Path) -> None:
        self._rasa = self.parts.rasa(model, self.screen, self.clock)
        self._rasa.start()

    def _watch_rasa(self, rasa: Child) -> None:
        rasa.tick()
        if rasa.ready and self._told_ready and self._joined != rasa.starts:
            again = " again" if self._joined else ""
            self._joined = rasa.starts
            self.screen.line(f"Rasa joined{again} after {self._elapsed()}.")

    def _elapsed(self) -> str:
        return f"{self.clock() - self._began:.1f} s"

    def _stop(self) -> None:
        if self._app and self._app.ready and self.parts.index.exists():
            # The app follows the FAQ files while it runs, so what it leaves is up to date.
            self.parts.index.note_built()
        holders = (self._index, self._training, self._demo, self._rasa, self._app)
        if not any(holder and holder.process for holder in holders):
            return
        self.screen.line("Stopping ...")
        began = self.clock()
        processes = [process for holder in holders if holder and (process := holder.let_go())]
        forced = stop(processes, hurry=lambda: self.stops.urgent)
        for name in (each.command.name for each in forced if not each.command.stateless):
            self.screen.warn(f"{name} did not stop when asked and was killed.")
        self.screen.line(f"Kotae stopped (in {self.clock() - began:.1f} s).")
