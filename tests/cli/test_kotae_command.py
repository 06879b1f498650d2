"""`kotae` as a process of its own: what a shell, a service manager and a person see."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.helpers import clean_environment, eventually, free_port


def kotae(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "web_widget.cli", *words],
        cwd=folder,
        env=clean_environment(**settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def settings_of(project: Path, **changes: str) -> dict[str, str]:
    """Everything `kotae up` needs to get as far as starting processes in the small project."""
    return {
        "KOTAE_PORT": str(free_port()),
        "KOTAE_ACTION_PORT": str(free_port()),
        "KOTAE_RASA_PORT": str(free_port()),
        "KOTAE_RASA_PYTHON": str(project / "rasa" / "bin" / "python"),
    } | changes


def test_outside_a_project(tmp_path: Path) -> None:
    done = kotae(tmp_path, "up")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"There is no config.yml in {tmp_path}: run kotae in the top folder of the project.\n"
    )


def test_a_wrong_setting(project: Path) -> None:
    done = kotae(project, "up", KOTAE_PORT="eight")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "KOTAE_PORT is 'eight', must be a whole number from 1 to 65535\n"


def test_a_wrong_setting_in_the_settings_file(project: Path) -> None:
    (project / ".env").write_text("KOTAE_PROT=8000\n")
    done = kotae(project, "up")
    assert done.returncode == 2
    assert done.stderr == "KOTAE_PROT is not a setting of Kotae, did you mean KOTAE_PORT?\n"


def test_no_environment_for_rasa(project: Path) -> None:
    done = kotae(project, "up", **settings_of(project, KOTAE_RASA_PYTHON="/no/bin/python"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Rasa's Python /no/bin/python does not exist: run `make setup`")


@pytest.mark.parametrize("variable", ["KOTAE_PORT", "KOTAE_ACTION_PORT", "KOTAE_RASA_PORT"])
def test_a_taken_port(project: Path, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = kotae(project, "up", **settings_of(project, **{variable: port}))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Port {port} on 127.0.0.1 for ")
    assert done.stderr.endswith(
        f" is taken by another program: stop that program or set {variable}.\n"
    )
    assert not (project / "var" / "log").exists()


@pytest.fixture
def running(project: Path) -> Iterator[subprocess.Popen[str]]:
    """A `kotae up` that builds its index for ever: its encoder is a stand-in that sleeps."""
    sleepy = project / "sleepy" / "sentence_transformers"
    sleepy.mkdir(parents=True)
    (sleepy / "__init__.py").write_text("import time; time.sleep(600)")
    (project / "data/faq/en/orders.yml").write_text(
        "language: en\ntopic: t\nfaqs: [{id: a, question: q, answer: a}]\n"
    )
    # The packaged encoder needs no sentence-transformers; one in a folder of its own does.
    model = project / "sleepy" / "model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    environment = dict(clean_environment(**settings_of(project, KOTAE_ENCODER=str(model))))
    environment["PYTHONPATH"] = f"{project / 'sleepy'}{os.pathsep}{environment['PYTHONPATH']}"
    # Tests under `nohup` would hand on that SIGHUP is ignored, and `kotae up` respects that.
    hangup = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with subprocess.Popen(
        [sys.executable, "-m", "web_widget.cli", "up"],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        signal.signal(signal.SIGHUP, hangup)
        assert process.stdout
        for line in process.stdout:
            if "loading the encoder" in line:
                break
        yield process
        if process.poll() is None:
            process.kill()


def group_members(supervisor: int) -> list[int]:
    """The processes that a supervisor started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = stat.parent.name, stat.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if rest[1] == str(supervisor) and rest[0] != "Z":
            found.append(int(pid))
    return found


def test_a_second_one_is_refused(running: subprocess.Popen[str], project: Path) -> None:
    done = kotae(project, "up", **settings_of(project))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Kotae runs in {project / 'var'} already (process {running.pid}): stop that one first.\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_with_everything_it_started(
    running: subprocess.Popen[str], number: signal.Signals
) -> None:
    started = group_members(running.pid)
    assert started
    running.send_signal(number)
    output, errors = running.communicate(timeout=10)
    assert (running.returncode, errors) == (0, "")
    assert "Kotae stopped" in output
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]


def test_killing_it_leaves_nothing(running: subprocess.Popen[str]) -> None:
    started = group_members(running.pid)
    running.kill()
    running.wait(10)
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started), "all are gone")


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("not a folder")
    (tmp_path / "data" / "faq").mkdir(parents=True)
    done = kotae(tmp_path, "user", "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path / 'var'} cannot be used: File exists.\n"


def test_an_error_nobody_expected_is_one_sentence_and_a_file(tmp_path: Path) -> None:
    code = (
        "from web_widget.cli.problems import install_excepthook\n"
        "install_excepthook()\n"
        "raise KeyError('what is this')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    details = tmp_path / "var" / "log" / "error.log"
    assert done.returncode == 1
    assert done.stderr == (
        "Kotae stopped on an error it did not expect (KeyError: 'what is this'); "
        f"the details are in {details}.\n"
    )
    assert "Traceback" in details.read_text()


def test_output_that_nobody_reads_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m web_widget.cli --help | head -n 1"
    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", command],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


HEAVY = ("numpy", "torch", "sentence_transformers", "sklearn", "scipy", "faiss", "sqlalchemy")


def test_the_supervisor_loads_nothing_heavy() -> None:
    code = (
        "import json, sys, web_widget.cli.app, web_widget.supervisor.up\n"
        f"print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == []
