"""How often one client may do a thing, in memory of a fixed size."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from helpdesk.errors import TooMany

Clock = Callable[[], float]


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Limiter:
    """A bucket of `per_minute` goes for each key, refilled evenly.

    Only the `keys` used last are remembered: a flood of new keys costs no more memory, and a
    forgotten key merely starts with a full bucket again.
    """

    def __init__(
        self, what: str, per_minute: int, *, keys: int = 20_000, clock: Clock = time.monotonic
    ) -> None:
        self._what = what
        self._size = float(per_minute)
        self._per_second = per_minute / 60
        self._keys = keys
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str) -> None:
        """Use one go of `key`; raise TooMany, which says when the next one is there."""
        bucket = self._filled(key)
        if bucket.left < 1:
            seconds = math.ceil((1 - bucket.left) / self._per_second)
            raise TooMany(
                f"Too many {self._what}, please try again in {_for_people(seconds)}",
                retry_after=seconds,
            )
        bucket.left -= 1

    def _filled(self, key: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(self._size, now)
            if len(self._buckets) > self._keys:
                self._buckets.popitem(last=False)
        bucket.left = min(self._size, bucket.left + (now - bucket.at) * self._per_second)
        bucket.at = now
        self._buckets.move_to_end(key)
        return bucket


def _for_people(seconds: int) -> str:
    return "1 second" if seconds == 1 else f"{seconds} seconds"


class Limits:
    """The limits of the widget's API. An address may be a whole office behind one router."""

    def __init__(self, *, messages: int, conversations: int, clock: Clock = time.monotonic) -> None:
        self.conversations = Limiter("new conversations", conversations, clock=clock)
        self.messages = Limiter("messages", messages, clock=clock)
        self.messages_of_address = Limiter("messages", messages * 10, clock=clock)
        self.typing = Limiter("signs of typing", 60, clock=clock)
        self.suggestions = Limiter("suggestions", 300, clock=clock)
        self.requests = Limiter("requests", 1200, clock=clock)
