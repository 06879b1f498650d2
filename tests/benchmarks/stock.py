"""The baseline: `rasa run` and rasa-sdk's own server, with nothing of Kotae but its dialogue model.

Rasa's own launcher, REST channel, tracker store and RemoteAction; the actions stand in
tests/benchmarks/stock_actions.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx

from tests.benchmarks.corpus import Row
from tests.benchmarks.load import Opener, Turn
from tests.benchmarks.stock_actions import PHRASINGS
from tests.product import ROOT, free_ports

STARTS_WITHIN = 240.0
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


@dataclass(frozen=True)
class Stock:
    """A running stock pair."""

    url: str
    rasa: int  # process ids
    actions: int


@contextmanager
def stock(folder: Path, model: Path, phrasings: int) -> Iterator[Stock]:
    """Both processes on loopback, ready for questions; ended afterwards."""
    rasa_port, action_port = free_ports(2)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "endpoints.yml").write_text(
        f"action_endpoint:\n  url: http://127.0.0.1:{action_port}/webhook\n", encoding="utf-8"
    )
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KOTAE_")},
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        PHRASINGS: str(phrasings),
    }
    # Rasa unpacks a model beside itself; the product's own file is left alone.
    copied = Path(shutil.copy(model, folder / "dialogue.tar.gz"))
    actions = _start(folder / "actions.log", environment, sys.executable, *_ACTIONS, action_port)
    rasa = _start(
        folder / "rasa.log", environment, str(RASA_PYTHON), "-m", "rasa", "run",
        "--model", copied, "--interface", "127.0.0.1", "--port", rasa_port,
        "--endpoints", folder / "endpoints.yml", "--credentials", folder / "credentials.yml",
    )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{action_port}/health", actions, folder / "actions.log")
        _wait_for(f"http://127.0.0.1:{rasa_port}/", rasa, folder / "rasa.log")
        yield Stock(f"http://127.0.0.1:{rasa_port}", rasa.pid, actions.pid)
    finally:
        for process in (rasa, actions):
            _stop(process)


_ACTIONS = ("-m", "rasa_sdk", "--actions", "tests.benchmarks.stock_actions", "--port")


def _start(log: Path, environment: Mapping[str, str], *words: object) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(
            [str(word) for word in words],
            cwd=ROOT, env=dict(environment), stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"The stock baseline did not start ({url}); its log ends with:\n{tail}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def stock_customer(running: Stock, http: httpx.AsyncClient) -> Opener:
    """Customers of Rasa's REST channel, each in a conversation of its own."""
    numbers = count(1)

    async def open_customer() -> Turn:
        sender = f"customer-{next(numbers)}"

        async def turn(row: Row) -> str:
            body = {"sender": sender, "message": row.phrasings[0]}
            sent = await http.post(f"{running.url}/webhooks/rest/webhook", json=body)
            if sent.status_code != 200:
                return f"refused with {sent.status_code}"
            return "\n".join(message.get("text", "") for message in sent.json())

        return turn

    return open_customer
