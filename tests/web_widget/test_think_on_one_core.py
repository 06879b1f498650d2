"""Questions that come together must not wait for each other's threads."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from tests.web_widget.conftest import MakeSettings
from tests.web_widget.support import TrigramEncoder
from web_widget import knowledge
from web_widget.background import in_daemon


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_the_app_thinks_about_each_question_with_one_thread(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge, "load_encoder", lambda *_: TrigramEncoder())
    with threadpool_limits(2):
        knowledge.learn(make_settings())
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
async def test_what_a_lead_waits_for_gives_way_to_customers() -> None:
    def work() -> tuple[int, int]:
        with ThreadPoolExecutor(1) as pool:
            return priority(), pool.submit(priority).result()

    own = priority()
    assert await in_daemon(work, polite=True) == (max(10, own),) * 2
    assert await in_daemon(work) == (own, own)
    assert priority() == own
