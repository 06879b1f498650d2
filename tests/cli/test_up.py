"""`kotae up`: what is missing is made, everything is watched, and everything ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import SERVER, SmallParts
from tests.cli.helpers import PATIENCE, Recorder, alive, kill
from web_widget.supervisor.signals import StopRequests
from web_widget.supervisor.up import Up

Small = Callable[..., SmallParts]
READY = "Kotae is ready at http://127.0.0.1:"


class Session:
    """Runs `Up` until the steps have come true one after the other, then asks it to stop."""

    def __init__(self, parts: SmallParts, screen: Recorder) -> None:
        self.screen = screen
        self.stops = StopRequests()
        self.up = Up(parts, screen, self.stops, lambda: ["greeting"], sleep=self._sleep)
        self._deadline = 0.0
        self._steps: list[Callable[[], bool]] = []

    def run(self, *steps: Callable[[], bool]) -> int:
        self._deadline = time.monotonic() + PATIENCE
        self._steps = list(steps)
        status = self.up.run()
        assert not self._steps or status, (self.screen.lines, self.screen.warnings)
        return status

    def said(self, text: str) -> Callable[[], bool]:
        return lambda: any(text in line for line in self.screen.lines)

    def warned(self, text: str) -> Callable[[], bool]:
        return lambda: any(text in line for line in self.screen.warnings)

    def _sleep(self, _: float) -> None:
        time.sleep(0.02)
        if self._steps and self._steps[0]():
            self._steps.pop(0)
        if not self._steps or time.monotonic() > self._deadline:
            self.stops.count += 1


def pids(session: Session) -> list[int]:
    return [
        child.process.pid
        for child in (session.up._app, session.up._rasa)
        if child and child.process
    ]


def test_the_first_start_makes_what_is_missing(small: Small, screen: Recorder) -> None:
    parts = small()
    session = Session(parts, screen)
    seen: list[int] = []
    assert session.run(session.said("Rasa joined"), lambda: not seen.extend(pids(session))) == 0
    order = [line.split(" (")[0].split(" after")[0] for line in screen.lines]
    assert order.index(f"{READY}{parts.settings.port}") < order.index("Rasa joined")
    assert "The dialogue is trained" in order
    assert ("index", "embedding", 1, 2) in screen.stages
    assert ("training the dialogue", "ActClassifier", 0, 1) in screen.stages
    assert not screen.warnings
    assert len(seen) == 2 and not any(alive(pid) for pid in seen)
    assert screen.lines[-1].startswith("Kotae stopped (in ")


def test_the_second_start_makes_nothing(small: Small, screen: Recorder) -> None:
    first = Session(small(), Recorder())
    first.run(first.said("Rasa joined"))
    parts = small()
    parts.index.note_built()
    session = Session(parts, screen)
    assert session.run(session.said("Rasa joined"), session.said(READY)) == 0
    assert not screen.stages
    assert not any("trained" in line for line in screen.lines)


@pytest.mark.parametrize("name", ["app", "Rasa"])
def test_what_is_killed_comes_back(small: Small, screen: Recorder, name: str) -> None:
    session = Session(small(), screen)
    kills: list[int] = []

    def kill_it() -> bool:
        child = session.up._app if name == "app" else session.up._rasa
        assert child and child.process
        kills.append(child.process.pid)
        kill(kills[-1])
        return True

    def back() -> bool:
        child = session.up._app if name == "app" else session.up._rasa
        assert child
        return child.ready and bool(child.process) and child.process.pid != kills[0]

    assert session.run(session.said("Rasa joined"), session.said(READY), kill_it, back) == 0
    assert any(
        line.startswith(f"{name} was killed (SIGKILL); restarting in 1 s (log: ")
        for line in screen.warnings
    )
    assert screen.lines.count("greeting") == 1
    joined = [line for line in screen.lines if line.startswith("Rasa joined")]
    assert len(joined) == (2 if name == "Rasa" else 1)


def test_a_training_that_fails_leaves_the_app_running(
    small: Small, screen: Recorder, project: Path
) -> None:
    (project / "config.yml").write_text("fails")
    session = Session(small(), screen)
    assert session.run(session.warned("Training the dialogue failed"), session.said(READY)) == 0
    assert screen.warnings == [
        "  InvalidDomain: the domain is wrong",
        f"Training the dialogue failed (log: {project / 'var/log/training.log'}); "
        "Kotae goes on without Rasa, from the index alone.",
    ]


def test_a_training_that_fails_goes_on_with_the_model_before(
    small: Small, screen: Recorder, project: Path
) -> None:
    first = Session(small(), Recorder())
    first.run(first.said("Rasa joined"))
    (project / "config.yml").write_text("fails")
    session = Session(small(), screen)
    assert session.run(session.said("Rasa joined")) == 0
    assert screen.warnings[-1].endswith("Kotae goes on with the dialogue trained before.")


def test_faq_files_that_cannot_be_used_stop_the_first_start(small: Small, screen: Recorder) -> None:
    parts = small({"index_code": "exit('a.yml:1:1: no id.')"})
    assert Session(parts, screen).run(lambda: False) == 1
    assert screen.warnings == [
        "a.yml:1:1: no id.",
        "Without an index Kotae cannot answer, so it was not started.",
    ]
    assert not screen.states


def test_an_app_whose_settings_are_wrong_is_not_tried_again(small: Small, screen: Recorder) -> None:
    parts = small({"app_code": "print('KOTAE_X is wrong'); exit(2)"})
    assert Session(parts, screen).run(lambda: False) == 2
    assert screen.warnings[0] == "  KOTAE_X is wrong"


def test_a_stop_during_training_is_quick_and_leaves_nothing(
    small: Small, screen: Recorder, project: Path
) -> None:
    launcher = project / "bot" / "launcher.py"
    launcher.write_text("import time; print('up', flush=True); time.sleep(600)")
    session = Session(small(), screen)
    seen: list[int] = []

    def training() -> bool:
        job = session.up._training
        if job and job.process:
            seen.append(job.process.pid)
        return bool(seen)

    assert session.run(session.said(READY), training) == 0
    assert not alive(seen[-1])


def test_a_demo_gets_its_staff_before_the_greeting(small: Small, screen: Recorder) -> None:
    parts = small(demo=True)
    session = Session(parts, screen)
    assert session.run(session.said("greeting")) == 0
    assert (parts.settings.var_dir / "demo-password").read_text() == "secret"


def test_an_app_that_does_not_listen_is_killed_within_ten_seconds(
    small: Small, screen: Recorder
) -> None:
    deaf = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nserve(int(sys.argv[1]))"
    session = Session(small({"app_code": SERVER + deaf}), screen)
    ended: list[float] = []
    assert session.run(session.said(READY), lambda: not ended.append(time.monotonic())) == 0
    assert time.monotonic() - ended[0] < 10
    assert "app did not stop when asked and was killed." in screen.warnings
