"""What every test stands on: no way out of this machine, a clear word without Chromium."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import fresh_schema
from tests.product import Product, started

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's top folder."""
    return ROOT


@pytest.fixture(autouse=True)
def stays_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that reaches for another machine fails: its result would depend on the weather."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        is_network = self.family in (socket.AF_INET, socket.AF_INET6)
        if is_network and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield


@pytest.fixture
def schema() -> Iterator[str | None]:
    """This test's own schema on the PostgreSQL that the tests are told to use; None for SQLite."""
    with fresh_schema() as url:
        yield url


def chromium() -> str | None:
    """The system's Chromium: Playwright's own download needs the open internet."""
    named = os.environ.get("KOTAE_TEST_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests where there is no Chromium, unless they are required (as in CI)."""
    if chromium() or os.environ.get("KOTAE_REQUIRE_BROWSER") == "1":
        return
    reason = (
        "no Chromium on this machine: install Debian's package chromium to run the browser tests"
    )
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One real product, Rasa and all, for every test of a run that does not break it."""
    settings = {"KOTAE_MESSAGE_RATE_PER_MINUTE": "600", "KOTAE_CONVERSATION_RATE_PER_MINUTE": "600"}
    with started(tmp_path_factory.mktemp("product"), settings) as running:
        yield running
