"""Processes are stopped in time, and none outlives the supervisor."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.helpers import alive, clean_environment, eventually, kill, python
from web_widget.supervisor.process import Process, describe_exit
from web_widget.supervisor.stop import stop

SLEEPS = "import time; print('up'); time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPS
HAS_A_CHILD = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print('child', child.pid)\n"
    "time.sleep(600)"
)


def says(process: Process, text: str) -> str:
    log = process.command.log
    eventually(lambda: text in log.read_text(), f"the log says {text}")
    return log.read_text()


def test_its_output_and_exit_status_are_kept(tmp_path: Path) -> None:
    process = Process(python("print('hello'); raise SystemExit(3)", tmp_path))
    eventually(lambda: process.poll() is not None, "it ends")
    assert process.poll() == 3
    assert process.command.log.read_text() == "hello\n"


def test_a_command_that_does_not_exist_is_told_in_its_log(tmp_path: Path) -> None:
    command = python("", tmp_path)
    process = Process(type(command)("x", ("/no/such/program",), tmp_path, {}, command.log))
    eventually(lambda: process.poll() is not None, "it ends")
    assert process.poll() == 127
    assert command.log.read_text() == "/no/such/program cannot be run: No such file or directory\n"


def test_it_stops_when_asked(tmp_path: Path) -> None:
    process = Process(python(SLEEPS, tmp_path))
    says(process, "up")
    assert stop([process]) == []
    assert not alive(process.pid)


def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    deaf, good = Process(python(DEAF, tmp_path)), Process(python(SLEEPS, tmp_path, name="good"))
    says(deaf, "up")
    says(good, "up")
    began = time.monotonic()
    assert stop([deaf, good], grace=0.5) == [deaf]
    assert time.monotonic() - began < 5
    assert not alive(deaf.pid) and not alive(good.pid)


def test_a_second_request_does_not_wait(tmp_path: Path) -> None:
    deaf = Process(python(DEAF, tmp_path))
    says(deaf, "up")
    began = time.monotonic()
    assert stop([deaf], grace=60, hurry=lambda: True) == [deaf]
    assert time.monotonic() - began < 5


def test_what_a_process_started_is_stopped_with_it(tmp_path: Path) -> None:
    process = Process(python(HAS_A_CHILD, tmp_path))
    grandchild = int(says(process, "child").split()[1])
    stop([process])
    eventually(lambda: not alive(grandchild), "the grandchild is gone")


def test_what_a_crashed_process_left_behind_is_killed(tmp_path: Path) -> None:
    process = Process(python(HAS_A_CHILD, tmp_path))
    grandchild = int(says(process, "child").split()[1])
    kill(process.pid)
    eventually(lambda: process.poll() is not None, "it is seen dead")
    assert process.poll() == -9
    eventually(lambda: not alive(grandchild), "the grandchild is gone")


SUPERVISOR = """
import sys, time
from pathlib import Path
from tests.cli.helpers import python
from web_widget.supervisor.process import Process
process = Process(python("import time; time.sleep(600)", Path(sys.argv[1])))
print(process.pid, flush=True)
time.sleep(600)
"""


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path)],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    with supervisor:
        assert supervisor.stdout
        worker = int(supervisor.stdout.readline())
        assert alive(worker)
        supervisor.kill()
    eventually(lambda: not alive(worker), "the worker is gone")


WATCHING_GUARD = """
import sys
from web_widget.supervisor import guard
guard._end_like(guard.watch(sys.argv[1:]))
"""


def watching_guard(*command: str) -> subprocess.Popen[str]:
    """The guard as it works where the kernel cannot watch."""
    return subprocess.Popen(
        [sys.executable, "-c", WATCHING_GUARD, *command],
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_the_watching_guard_ends_with_its_command() -> None:
    with watching_guard(sys.executable, "-c", "raise SystemExit(5)") as guard:
        assert guard.wait(30) == 5
    with watching_guard("/bin/sh", "-c", "kill -9 $$") as guard:
        assert guard.wait(30) == -9


def test_the_watching_guard_kills_its_command_when_the_supervisor_is_gone() -> None:
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    with watching_guard(sys.executable, "-c", code) as guard:
        assert guard.stdout and guard.stdin
        worker = int(guard.stdout.readline())
        guard.stdin.close()  # as the kernel does for a supervisor that died
        assert guard.wait(30) == -9
        eventually(lambda: not alive(worker), "the worker is gone")


def test_the_watching_guard_leaves_a_stop_to_its_command() -> None:
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\n"
        "print('up', flush=True)\n"
        "time.sleep(600)"
    )
    with watching_guard(sys.executable, "-c", code) as guard:
        assert guard.stdout
        assert guard.stdout.readline() == "up\n"
        os.killpg(guard.pid, 15)
        assert guard.wait(30) == 7


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "ended with status 0"),
        (2, "ended with status 2"),
        (-15, "was killed (SIGTERM)"),
        (-9, "was killed (SIGKILL)"),
        (-99, "was killed by signal 99"),
    ],
)
def test_an_exit_is_told_in_words(status: int, words: str) -> None:
    assert describe_exit(status) == words
