"""A client that asks too often is told when to come back."""

import pytest

from helpdesk.errors import TooMany
from web_widget.limits import Limiter


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_works() -> None:
    time = Time()
    limiter = Limiter("messages", 20, clock=time)
    for _ in range(20):
        limiter.take("vera")
    with pytest.raises(TooMany) as caught:
        limiter.take("vera")
    assert str(caught.value) == "Too many messages, please try again in 3 seconds"
    assert caught.value.retry_after == 3


def test_it_lets_through_after_the_time_it_told() -> None:
    time = Time()
    limiter = Limiter("messages", 20, clock=time)
    for _ in range(20):
        limiter.take("vera")
    time.now = 3.0
    limiter.take("vera")
    with pytest.raises(TooMany):
        limiter.take("vera")


def test_one_client_does_not_use_up_what_another_has() -> None:
    limiter = Limiter("messages", 1, clock=Time())
    limiter.take("vera")
    limiter.take("walt")


def test_memory_stays_the_same_however_many_come() -> None:
    limiter = Limiter("requests", 1, keys=100, clock=Time())
    for number in range(5000):
        limiter.take(f"client {number}")
    assert len(limiter) == 100


def test_the_one_who_still_asks_is_not_forgotten() -> None:
    limiter = Limiter("requests", 50, keys=3, clock=Time())
    for number in range(50):
        limiter.take("busy")
        limiter.take(f"other {number}")
    with pytest.raises(TooMany):
        limiter.take("busy")


def test_a_sentence_about_one_second_is_in_the_singular() -> None:
    limiter = Limiter("messages", 60, clock=Time())
    for _ in range(60):
        limiter.take("vera")
    with pytest.raises(TooMany, match="in 1 second$"):
        limiter.take("vera")
