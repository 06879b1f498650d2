"""The real `kotae up`, with the real Rasa: started, started again, stopped, killed."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from tests.cli.helpers import alive, eventually
from tests.product import Product

pytestmark = pytest.mark.live


def started_by(product: Product) -> list[int]:
    assert product.process
    return [each.pid for each in psutil.Process(product.process.pid).children(recursive=True)]


def close_output(product: Product) -> None:
    assert product.process and product.process.stdout
    time.sleep(0.5)  # its reader sees the end first
    product.process.stdout.close()


def test_started_stopped_started_again_and_killed(tmp_path: Path) -> None:
    first = Product(tmp_path / "var").start()
    started = started_by(first)
    assert len(started) >= 2
    began = time.monotonic()
    assert first.stop() == 0
    assert time.monotonic() - began < 10
    assert not any(alive(pid) for pid in started)
    assert any("The dialogue is trained" in line for line in first.lines)
    close_output(first)

    second = Product(tmp_path / "var").start()
    assert not any("trained" in line or "building" in line for line in second.lines)
    started = started_by(second)
    refused = second.cli("up")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1 and "already" in refused.stderr
    assert second.process
    second.process.kill()
    second.process.wait()
    eventually(lambda: not any(alive(pid) for pid in started), "nothing is left")
    close_output(second)
