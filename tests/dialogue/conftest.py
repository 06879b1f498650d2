from __future__ import annotations

import pytest

from tests.dialogue.calls import Actions


@pytest.fixture
def actions() -> Actions:
    return Actions()
