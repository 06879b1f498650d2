"""Customers who ask at the same moment are read together, and each gets what is hers."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest

from faq_index.encoders import Universal
from faq_index.together import Together

QUESTIONS = [
    "How do I return a parcel?",
    "返品したいのですが",
    "Where is my order?",
    "送料はいくらですか",
    "Can I pay by card?",
]


class Reader:
    """Reads words backwards, the first time only when it is let."""

    def __init__(self) -> None:
        self.begun, self.let = threading.Event(), threading.Event()
        self.read: list[list[str]] = []

    def __call__(self, words: Sequence[str]) -> list[str]:
        self.read.append(list(words))
        self.begun.set()
        assert self.let.wait(30)
        if "bad" in words:
            raise ValueError("bad")
        return [word[::-1] for word in words]


def ask(
    together: Together[str, str], pool: ThreadPoolExecutor, words: Sequence[str]
) -> list[Future[str]]:
    """Each from a thread of its own; all wait when this returns."""
    asked = [pool.submit(together.of, word) for word in words]
    while len(together._waiting) < len(words):
        threading.Event().wait(0.001)
    return asked


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(20) as threads:
        yield threads


def test_each_gets_her_own_answer_and_all_are_read_at_once(pool: ThreadPoolExecutor) -> None:
    reader = Reader()
    together = Together(reader, 8)
    first = pool.submit(together.of, "first")
    assert reader.begun.wait(30)
    others = ask(together, pool, [f"word {n}" for n in range(5)])
    reader.let.set()
    assert first.result(30) == "tsrif"
    assert [each.result(30) for each in others] == [f"{n} drow" for n in range(5)]
    assert [len(words) for words in reader.read] == [1, 5]


def test_a_crowd_is_read_in_parts(pool: ThreadPoolExecutor) -> None:
    reader = Reader()
    together = Together(reader, 4)
    first = pool.submit(together.of, "first")
    assert reader.begun.wait(30)
    others = ask(together, pool, [f"word {n}" for n in range(10)])
    reader.let.set()
    assert [each.result(30) for each in [first, *others]] == [
        "tsrif", *(f"{n} drow" for n in range(10)),
    ]  # fmt: skip
    assert [len(words) for words in reader.read] == [1, 4, 4, 2]


def test_what_fails_is_said_to_those_whom_it_concerns(pool: ThreadPoolExecutor) -> None:
    reader = Reader()
    together = Together(reader, 1)
    first = pool.submit(together.of, "first")
    assert reader.begun.wait(30)
    others = ask(together, pool, ["bad", "good"])
    reader.let.set()
    with pytest.raises(ValueError, match="bad"):
        others[0].result(30)
    assert [first.result(30), others[1].result(30)] == ["tsrif", "doog"]


def test_a_question_means_the_same_in_a_crowd_as_alone() -> None:
    encoder = Universal()
    alone = encoder.encode_questions(QUESTIONS[:1])[0]
    with ThreadPoolExecutor(len(QUESTIONS)) as pool:
        crowd = list(pool.map(encoder.encode_query, QUESTIONS * 4))
    for number, vector in enumerate(crowd):
        expected = encoder.encode_questions([QUESTIONS[number % len(QUESTIONS)]])[0]
        np.testing.assert_allclose(vector, expected, atol=1e-5)
    np.testing.assert_allclose(crowd[0], alone, atol=1e-5)
