"""Fixtures for everything that searches."""

from __future__ import annotations

import pytest

from faq_index import FaqIndex, build_index
from tests.faq_index.fakes import TrigramEncoder, shop, shop_ja


@pytest.fixture
def encoder() -> TrigramEncoder:
    return TrigramEncoder()


@pytest.fixture(scope="module")
def index() -> FaqIndex:
    """A shop in English and Japanese."""
    return build_index([*shop(), *shop_ja()], TrigramEncoder())
