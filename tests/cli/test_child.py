"""A process that is kept running: seen ready, brought back, given up."""

from __future__ import annotations

from pathlib import Path

from tests.cli.helpers import FakeClock, Recorder, alive, eventually, kill, python
from web_widget.supervisor.child import Child
from web_widget.supervisor.restarts import Restarts
from web_widget.supervisor.stop import stop


class Bench:
    """A child whose answers are set by hand, with a clock that stands until told."""

    def __init__(self, code: str, tmp_path: Path, hopeless: frozenset[int] = frozenset()) -> None:
        self.clock = FakeClock()
        self.screen = Recorder()
        self.answers = False
        self.child = Child(
            python(code, tmp_path, name="app"),
            self,
            self,
            Restarts(self.clock),
            self.screen,
            hopeless=hopeless,
        )
        self.child.start()

    def ask(self) -> bool:
        return self.answers

    def forget(self) -> None:
        pass

    def tick_until(self, state: str) -> None:
        def reached() -> bool:
            self.clock.pass_(0.01)
            self.child.tick()
            return self.child.restarts.state == state

        eventually(reached, f"the child is {state}")

    def pass_(self, seconds: float) -> None:
        self.clock.pass_(seconds)
        self.child.tick()

    def end(self) -> None:
        process = self.child.let_go()
        stop([process] if process else [])


SLEEPS = "import time; time.sleep(600)"


def test_it_is_ready_when_it_answers(tmp_path: Path) -> None:
    bench = Bench(SLEEPS, tmp_path)
    bench.pass_(5)
    assert not bench.child.ready
    bench.answers = True
    bench.pass_(1)
    assert bench.child.ready
    bench.end()
    assert bench.screen.states == [("app", "starting"), ("app", "ready"), ("app", "stopping")]


def test_a_crash_is_shown_with_its_last_words_and_it_is_started_again(tmp_path: Path) -> None:
    bench = Bench("import sys; sys.exit('the disk is full')", tmp_path)
    bench.tick_until("waiting")
    log = bench.child.command.log
    assert bench.screen.warnings == [
        "  the disk is full",
        f"app ended with status 1; restarting in 1 s (log: {log}).",
    ]
    bench.clock.pass_(1)
    bench.tick_until("waiting")
    assert bench.screen.warnings[2:] == [
        "  the disk is full",
        f"app ended with status 1; restarting in 2 s (log: {log}).",
    ]
    bench.end()


def test_one_that_is_killed_comes_back(tmp_path: Path) -> None:
    bench = Bench(SLEEPS, tmp_path)
    bench.answers = True
    bench.tick_until("ready")
    assert bench.child.process
    first = bench.child.process.pid
    kill(first)
    bench.tick_until("waiting")
    bench.clock.pass_(1)
    bench.tick_until("ready")
    assert bench.child.process.pid != first
    assert alive(bench.child.process.pid)
    bench.end()
    assert ("app", "restarting in 1 s") in bench.screen.states


def test_one_that_hangs_is_taken_for_dead(tmp_path: Path) -> None:
    bench = Bench(SLEEPS, tmp_path)
    bench.answers = True
    bench.tick_until("ready")
    bench.answers = False
    bench.pass_(5)
    assert bench.screen.states[-1] == ("app", "not answering")
    bench.pass_(59)
    assert not bench.screen.warnings
    bench.pass_(2)
    assert bench.screen.warnings == ["app has not answered for 60 s."]
    bench.tick_until("waiting")
    bench.end()


def test_one_that_takes_long_to_start_is_left_in_peace(tmp_path: Path) -> None:
    bench = Bench(SLEEPS, tmp_path)
    bench.pass_(600)
    assert bench.child.restarts.state == "starting"
    bench.end()


def test_wrong_settings_are_not_tried_again(tmp_path: Path) -> None:
    code = "import sys; sys.stderr.write('KOTAE_X is wrong'); sys.exit(2)"
    bench = Bench(code, tmp_path, hopeless=frozenset({2}))
    bench.tick_until("stopped")
    assert bench.child.given_up == 2
    bench.pass_(1000)
    assert bench.child.process is None
    assert bench.screen.warnings[0] == "  KOTAE_X is wrong"


def test_error_lines_of_its_log_are_shown(tmp_path: Path) -> None:
    code = "print('all is well'); print('12:00 ERROR the mail server is away'); " + SLEEPS
    bench = Bench(code, tmp_path)

    def shown() -> bool:
        bench.child.tick()
        return bool(bench.screen.warnings)

    eventually(shown, "the line is shown")
    assert bench.screen.warnings == ["app: 12:00 ERROR the mail server is away"]
    bench.end()
