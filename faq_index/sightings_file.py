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

from faq_index.difference import Facts
from faq_index.features import FEATURES
from faq_index.lookers import Looking
from faq_index.partition import Sight
from faq_index.sightings import Known, Met, Sightings
from faq_index.signals import NAMES, Glance

_FORMAT = 2
_UNFINISHED = ".new"
# Of each language at most so many, about 2 KB each.
MOST = 100_000
Arrays = dict[str, NDArray[Any]]


def load_sightings(folder: Path, look: Looking | None = None) -> Sightings:
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
                others = [
                    key
                    for key in stored[1]
                    if not isinstance(known.get(key), Sight) and key not in forgotten
                ]
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
            return _facts(arrays), _known(arrays)
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


def _arrays(facts: Facts, known: Known) -> Arrays:
    met = list(known.values())
    glances = [each.glance if isinstance(each, Sight) else each for each in met]
    sights = [each for each in met if isinstance(each, Sight)]
    arrays: Arrays = {
        "format": np.array(_FORMAT),
        "facts": _bytes(facts.entries),
        "terms": np.array(facts.terms),
        "learned": _bytes([facts.learned]),
        "keys": _bytes(list(known)),
        "known": np.array([glance.known for glance in glances], dtype=np.float64),
        "least": np.array([glance.least for glance in glances], dtype=np.float32),
        "vectors": np.array([glance.vector for glance in glances], dtype=np.float32),
        "is_met": np.array([isinstance(each, Sight) for each in met], dtype=bool),
        "is_one_word": np.array([sight.is_one_word for sight in sights], dtype=bool),
        "seen": np.array([sight.seen for sight in sights]).reshape(-1, len(FEATURES)),
    }
    ragged: dict[str, list[NDArray[Any]]] = {
        "across": [glance.entries for glance in glances],
        "entries": [sight.entries for sight in sights],
        "scores": [sight.scores for sight in sights],
    }
    for name, parts in ragged.items():
        kind = np.float64 if name == "scores" else np.int32
        arrays[name] = np.concatenate([np.zeros(0), *parts]).astype(kind)
        arrays[f"{name}.sizes"] = np.array([len(each) for each in parts], dtype=np.int32)
    return arrays


def _facts(arrays: Mapping[str, NDArray[Any]]) -> Facts:
    entries = tuple(map(bytes, arrays["facts"]))
    return Facts(entries, tuple(arrays["terms"].tolist()), bytes(arrays["learned"][0]))


def _known(arrays: Arrays) -> Known:
    glances = map(
        Glance,
        _parted(arrays, "across", np.intp),
        arrays["known"].tolist(),
        arrays["least"],
        arrays["vectors"],
    )
    found: Known = dict(zip(map(bytes, arrays["keys"]), glances, strict=True))
    whole = [key for key, is_met in zip(found, arrays["is_met"].tolist(), strict=True) if is_met]
    rows = zip(
        whole,
        _parted(arrays, "entries", np.intp),
        _parted(arrays, "scores", np.float64),
        arrays["seen"],
        arrays["is_one_word"].tolist(),
        strict=True,
    )
    for key, own, points, seen, is_one_word in rows:
        signals = np.broadcast_to(np.float32(0.0), (len(own), len(NAMES)))
        glance = found[key]
        assert isinstance(glance, Glance)
        found[key] = Sight(own, points, seen, is_one_word, own, signals, glance)
    return found


def _parted(arrays: Arrays, name: str, kind: type) -> list[Any]:
    ends = np.cumsum(arrays[f"{name}.sizes"])
    return np.split(arrays[name].astype(kind), ends)[: len(ends)]


def _bytes(digests: Sequence[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(len(digests), -1)
