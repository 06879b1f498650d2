"""Questions that come together must not wait for each other's threads."""

from __future__ import annotations

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from tests.web_widget.conftest import MakeSettings
from tests.web_widget.support import TrigramEncoder
from web_widget import knowledge


def test_the_app_thinks_about_each_question_with_one_thread(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge, "load_encoder", lambda *_: TrigramEncoder())
    with threadpool_limits(2):
        knowledge.learn(make_settings())
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}
