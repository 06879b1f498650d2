"""Sightings as files, one a language: numbers and hashes, no text.

What is there replaces what was: of questions that are not asked any more nothing is kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from faq_index.features import FEATURES
from faq_index.partition import Sight
from faq_index.sightings import Facts, Met, Sightings
from faq_index.signals import NAMES

_FORMAT = 1
# Of each language at most so many, about 2 KB each.
_MOST = 100_000
Arrays = dict[str, NDArray[Any]]


def load_sightings(folder: Path) -> Sightings:
    """What `save_sightings` left there; none of what cannot be read, which costs time only."""
    met: Met = {}
    for path in sorted(folder.glob("*.npz")):
        with suppress(OSError, EOFError, ValueError, KeyError, IndexError, BadZipFile):
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            if arrays["format"] == _FORMAT:
                met[path.stem] = _facts(arrays), _sights(arrays)
    return Sightings(met)


def save_sightings(sightings: Sightings, folder: Path, *, with_others: bool = False) -> None:
    """Each file whole or not at all, and for the own user only. `with_others` keeps what was
    remembered and not asked for, as far as nothing was published since."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, (facts, known) in sightings.met(with_others=with_others).items():
        path = folder / f"{language}.npz"
        if not known:
            path.unlink(missing_ok=True)
            continue
        arrays = _arrays(facts, dict(islice(known.items(), _MOST)))
        with NamedTemporaryFile(dir=folder, suffix=".new", delete=False) as file:
            try:
                np.savez(file, allow_pickle=False, **arrays)
            except BaseException:
                os.unlink(file.name)
                raise
        os.replace(file.name, path)


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


def _facts(arrays: Arrays) -> Facts:
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
