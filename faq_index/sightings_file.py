"""Sightings as files, one a language: numbers and hashes, no text.

What is there replaces what was: of questions that are not asked any more nothing is kept. Several
processes may remember at the same time.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from faq_index.features import FEATURES
from faq_index.index import Sights
from faq_index.partition import Partition, Sight
from faq_index.sightings import Facts, Met, Sightings
from faq_index.signals import NAMES

_FORMAT = 1
_UNFINISHED = ".new"
# Of each language at most so many, about 2 KB each.
MOST = 100_000
Arrays = dict[str, NDArray[Any]]
Known = dict[bytes, Sight]


def load_sightings(folder: Path, look: Sights = Partition.sights) -> Sightings:
    """What `save_sightings` left there; none of what cannot be read, which costs time only."""
    met: Met = {}
    for path in sorted(folder.glob("*.npz")):
        found = _read(path)
        if found is not None:
            met[path.stem] = found
    return Sightings(met, look)


def save_sightings(
    sightings: Sightings,
    folder: Path,
    *,
    with_others: bool = False,
    is_live: Callable[[], bool] = lambda: True,
) -> None:
    """Each file whole or not at all, and for the own user only. `with_others` keeps what was
    remembered and not asked for, as far as nothing was published since.

    What another process has remembered meanwhile of the same state is kept. What is of another
    state is replaced if `is_live` says that the one asked still is; else it is left as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(folder):
        for language, (facts, known) in sightings.met(with_others=with_others).items():
            path = folder / f"{language}.npz"
            stored = _facts_and_keys(path)
            if stored is not None and stored[0] != facts:
                if not is_live():
                    continue
            elif stored is not None:
                earlier = sightings.earlier.get(language)
                forgotten = earlier[1] if earlier is not None else {}
                others = [key for key in stored[1] if key not in known and key not in forgotten]
                known = known | _only(path, others)
            _write(path, facts, known)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """While no other process saves there. The kernel ends it with the process, however that ends;
    what one that was killed has left half-written is removed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in folder.glob(f"*{_UNFINISHED}"):
            left.unlink(missing_ok=True)
        yield
    finally:
        os.close(handle)


def _write(path: Path, facts: Facts, known: Known) -> None:
    if not known:
        path.unlink(missing_ok=True)
        return
    arrays = _arrays(facts, dict(islice(known.items(), MOST)))
    with NamedTemporaryFile(dir=path.parent, suffix=_UNFINISHED, delete=False) as file:
        try:
            np.savez(file, allow_pickle=False, **arrays)
        except BaseException:
            os.unlink(file.name)
            raise
    os.replace(file.name, path)


def _read(path: Path) -> tuple[Facts, Known] | None:
    """None where it cannot be read."""
    with (
        suppress(OSError, EOFError, ValueError, KeyError, IndexError, BadZipFile),
        path.open("rb") as file,
        np.load(file, allow_pickle=False) as stored,
    ):
        if stored["format"] == _FORMAT:
            arrays = {name: stored[name] for name in stored.files}
            return _facts(arrays), _sights(arrays)
    return None


def _facts_and_keys(path: Path) -> tuple[Facts, Collection[bytes]] | None:
    """The small part of the file, which is read soon."""
    with (
        suppress(OSError, EOFError, ValueError, KeyError, IndexError, BadZipFile),
        path.open("rb") as file,
        np.load(file, allow_pickle=False) as stored,
    ):
        if stored["format"] == _FORMAT:
            return _facts(stored), [bytes(key) for key in stored["keys"]]
    return None


def _only(path: Path, keys: Collection[bytes]) -> Known:
    found = _read(path) if keys else None
    wanted = set(keys)
    return {} if found is None else {key: s for key, s in found[1].items() if key in wanted}


def _arrays(facts: Facts, known: dict[bytes, Sight]) -> Arrays:
    sights = list(known.values())
    arrays: Arrays = {
        "format": np.array(_FORMAT),
        "facts": _bytes(facts.entries),
        "terms": np.array(facts.terms),
        "learned": _bytes([facts.learned]),
        "keys": _bytes(list(known)),
        "is_one_word": np.array([sight.is_one_word for sight in sights], dtype=bool),
        "known": np.array([sight.known for sight in sights], dtype=np.float64),
        "seen": np.array([sight.seen for sight in sights]).reshape(-1, len(FEATURES)),
        "least": np.array([sight.least for sight in sights], dtype=np.float32),
        "vectors": np.array([sight.vector for sight in sights], dtype=np.float32),
    }
    ragged: dict[str, Callable[[Sight], NDArray[Any]]] = {
        "entries": lambda sight: sight.entries.astype(np.int32),
        "scores": lambda sight: sight.scores,
        "looked_at": lambda sight: sight.looked_at.astype(np.int32),
    }
    for name, part in ragged.items():
        parts = [part(sight) for sight in sights]
        arrays[name] = np.concatenate(parts)
        arrays[f"{name}.sizes"] = np.array([len(each) for each in parts], dtype=np.int32)
    return arrays


def _facts(arrays: Mapping[str, NDArray[Any]]) -> Facts:
    entries = tuple(map(bytes, arrays["facts"]))
    return Facts(entries, tuple(arrays["terms"].tolist()), bytes(arrays["learned"][0]))


def _sights(arrays: Arrays) -> dict[bytes, Sight]:
    entries, scores, looked_at = (
        np.split(arrays[name].astype(kind), np.cumsum(arrays[f"{name}.sizes"])[:-1])
        for name, kind in (("entries", np.intp), ("scores", np.float64), ("looked_at", np.intp))
    )
    rows = zip(
        map(bytes, arrays["keys"]),
        entries,
        scores,
        arrays["seen"],
        arrays["is_one_word"].tolist(),
        looked_at,
        arrays["known"].tolist(),
        arrays["least"],
        arrays["vectors"],
        strict=True,
    )
    return {
        key: Sight(
            own, points, seen, is_one_word, own,
            np.broadcast_to(np.float32(0.0), (len(own), len(NAMES))),
            looked, known, least, vector,
        )
        for key, own, points, seen, is_one_word, looked, known, least, vector in rows
    }  # fmt: skip


def _bytes(digests: Sequence[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(len(digests), -1)
