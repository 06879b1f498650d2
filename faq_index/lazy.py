"""Long sequences whose items are made when they are asked for: none is an object before that."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Letters = NDArray[np.uint8]
Places = NDArray[np.int64]


class Lazy(Sequence[T]):
    """Any thread may ask."""

    @abstractmethod
    def _made(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return [self._made(each) for each in range(*place.indices(len(self)))]
        at = place + len(self) if place < 0 else place
        if not 0 <= at < len(self):
            raise IndexError(place)
        return self._made(int(at))


class Lines(Lazy[str]):
    """Texts in one array of UTF-8, each with a line end behind it; `ends` (texts + 1,) begins
    with 0. Texts may hold line ends, too."""

    def __init__(self, letters: Letters, ends: Places) -> None:
        self.letters = letters
        self.ends = ends

    @classmethod
    def over(cls, texts: Iterable[str]) -> Lines:
        written = [f"{text}\n".encode("utf-8", "surrogatepass") for text in texts]
        ends = np.cumsum([0, *map(len, written)], dtype=np.int64)
        # From an array of bytes, which is written to as others are.
        return cls(np.frombuffer(bytearray(b"".join(written)), dtype=np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def _made(self, place: int) -> str:
        text = self.letters[self.ends[place] : self.ends[place + 1] - 1]
        return text.tobytes().decode("utf-8", "surrogatepass")


class Read(Lazy[T], Generic[T]):
    """What each item of a sequence says, kept once it has been read."""

    def __init__(self, items: Sequence[str], read: Callable[[str], T]) -> None:
        self._items = items
        self._read = read
        self._known: dict[int, T] = {}

    def __len__(self) -> int:
        return len(self._items)

    def _made(self, place: int) -> T:
        known = self._known.get(place)
        if known is None:
            # Two threads may read the same: one of the two is kept.
            known = self._known.setdefault(place, self._read(self._items[place]))
        return known


class Looked(Lazy[T], Generic[T]):
    """What is found at each place."""

    def __init__(self, size: int, find: Callable[[int], T]) -> None:
        self._size = size
        self._find = find

    def __len__(self) -> int:
        return self._size

    def _made(self, place: int) -> T:
        return self._find(place)


class Register:
    """Where texts stand, by digests of eight bytes in their order: `digests` and `places`
    (texts,)."""

    def __init__(self, digests: NDArray[np.uint64], places: NDArray[np.int64]) -> None:
        self.digests = digests
        self.places = places

    @classmethod
    def over(cls, texts: Iterable[str]) -> Register:
        digests = np.array([_digest(text) for text in texts], dtype=np.uint64)
        places = np.argsort(digests, kind="stable").astype(np.int64)
        return cls(digests[places], places)

    def find(self, text: str, texts: Sequence[str] | Callable[[int], str]) -> int | None:
        """Where it stands in the texts, last where several times; None if it does not."""
        read = texts if callable(texts) else texts.__getitem__
        digest = np.uint64(_digest(text))
        first, behind = (int(np.searchsorted(self.digests, digest, s)) for s in ("left", "right"))
        for place in self.places[first:behind][::-1].tolist():
            if read(place) == text:
                return int(place)
        return None


def _digest(text: str) -> int:
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest())
