"""What is in the way is told in one sentence before anything is started."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.helpers import clean_environment, free_port
from web_widget.supervisor.errors import CannotStart
from web_widget.supervisor.lock import only_one
from web_widget.supervisor.ports import Listener, require_free


def listener(port: int, variable: str = "KOTAE_PORT", host: str = "127.0.0.1") -> Listener:
    return Listener("customers and staff", host, port, variable)


def test_free_ports_are_fine() -> None:
    require_free([listener(free_port()), listener(free_port(), "KOTAE_RASA_PORT")])


def test_a_taken_port_is_named_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotStart) as caught:
            require_free([listener(free_port()), listener(port, "KOTAE_RASA_PORT")])
    assert caught.value.message == (
        f"Port {port} on 127.0.0.1 for customers and staff is taken by another program: "
        "stop that program or set KOTAE_RASA_PORT."
    )
    assert caught.value.status == 1


def test_one_port_for_two_purposes_is_refused() -> None:
    port = free_port()
    with pytest.raises(CannotStart) as caught:
        require_free([listener(port), listener(port, "KOTAE_ACTION_PORT")])
    assert caught.value.message == (
        f"KOTAE_PORT and KOTAE_ACTION_PORT are both {port}; each needs a port of its own."
    )
    assert caught.value.status == 2


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(CannotStart, match="cannot be used"):
        require_free([listener(free_port(), host="192.0.2.1")])


def test_a_port_just_given_back_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = server.accept()
            accepted.close()
            client.recv(1)
    require_free([listener(port)])


HOLDS_THE_LOCK = """
import sys
from pathlib import Path
from web_widget.supervisor.lock import only_one
with only_one(Path(sys.argv[1]), "Kotae runs"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_only_one_runs_in_a_var_folder(tmp_path: Path) -> None:
    lock = tmp_path / "kotae.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_LOCK, str(lock)],
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout and other.stdin
        assert other.stdout.readline() == "held\n"
        with pytest.raises(CannotStart) as caught, only_one(lock, "Kotae runs"):
            pass
        assert caught.value.message == (
            f"Kotae runs in {tmp_path} already (process {other.pid}): stop that one first."
        )
        other.stdin.close()
    with only_one(lock, "Kotae runs"):
        pass


def test_a_lock_left_by_one_that_was_killed_does_not_matter(tmp_path: Path) -> None:
    lock = tmp_path / "kotae.lock"
    lock.write_text("999999999\n")
    with only_one(lock, "Kotae runs"):
        assert lock.read_text() != "999999999\n"
