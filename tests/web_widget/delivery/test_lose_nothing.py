"""Whatever the network, the browser and the customer do: every message arrives, in order, once.

The widget's own modules run in Node, in as many tabs as a schedule opens, against the real server.
Their network drops, delays and doubles requests, loses answers, cuts streams or lets them fall
silent; tabs are reloaded and put to sleep. Their clock runs fifty times as fast.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

from tests.conftest import ROOT
from tests.web_widget.conftest import MakeSettings
from tests.web_widget.staff.serving import serving
from web_widget.knowledge import Knowledge

HERE = ROOT / "tests" / "web_widget" / "delivery"
MODULES = ROOT / "web_widget" / "static" / "widget"
# The database is the same to a customer, so the thousand run on one of them.
_USUAL = "60" if os.environ.get("KOTAE_TEST_DATABASE_URL") else "1000"
SCHEDULES = int(os.environ.get("KOTAE_TEST_SCHEDULES", _USUAL))
FIRST = int(os.environ.get("KOTAE_TEST_FIRST_SCHEDULE", "1"))
SPEED = 50
BEFALLS = {
    "request dropped", "request late", "request doubled", "answer lost", "answer late",
    "stream cut", "stream silent", "bad gateway", "reload", "sleep", "offline", "second tab",
}  # fmt: skip


def run(origin: str, count: int, first: int = FIRST) -> list[dict[str, Any]]:
    """One line for each schedule that went wrong, and the summary."""
    orders = {
        "origin": origin,
        "modules": MODULES.as_uri(),
        "first": first,
        "count": count,
        "parallel": 12,
        "speed": SPEED,
    }
    # Playwright brings a Node of its own, so none has to be installed.
    node = compute_driver_executable()[0]
    done = subprocess.run(
        [node, "--no-warnings", str(HERE / "schedules.mjs")],
        input=json.dumps(orders),
        capture_output=True,
        text=True,
        check=False,
        timeout=280 if count <= 100 else 1200,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.timeout(1300)
def test_it_works(make_settings: MakeSettings, knowledge: Knowledge) -> None:
    settings = make_settings(
        trusted_proxies="127.0.0.1",
        max_streams="100000",
        max_turns_in_flight="1000",
        log_level="error",
    )
    with serving(settings, knowledge) as running:
        *wrong, summary = run(running.address, SCHEDULES)
    print(summary)  # noqa: T201 - `pytest -s` shows what the thousand met
    assert not wrong, f"run one alone with KOTAE_TEST_FIRST_SCHEDULE=<seed>: {wrong}"
    assert summary["schedules"] == SCHEDULES and summary["said"] > SCHEDULES
    # What the test says it does, it did.
    assert set(summary["befell"]) == BEFALLS
