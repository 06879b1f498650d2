"""Customers of the real product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.product import Chat, Product


@pytest.fixture
def customer() -> Iterator[Callable[..., Chat]]:
    """Starts conversations of different customers, with any product."""
    opened: list[Chat] = []

    def start(product: Product, language: str = "en", **more: str) -> Chat:
        opened.append(Chat.start(product.url, language, **more))
        return opened[-1]

    yield start
    for each in opened:
        each.http.close()


@pytest.fixture
def chat(product: Product, customer: Callable[..., Chat]) -> Callable[..., Chat]:
    """Customers of the product that all tests share."""
    return partial(customer, product)


@pytest.fixture(scope="session")
def questions() -> Path:
    return Path(__file__).resolve().parent.parent / "questions"
