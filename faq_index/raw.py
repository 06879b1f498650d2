"""What only building needs: texts as the encoder gave them, so that none is encoded twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faq_index.encoder import Encoded, Tokens
from faq_index.lazy import Looked
from faq_index.partition import Raw
from faq_index.version import File, Pieces, Version

_AT_ONCE = 1024


def raw_files(encoded: Encoded, passages: Encoded) -> dict[str, File]:
    """Phrasings and passages as the encoder gave them; words in half precision."""
    files: dict[str, File] = {
        "raw.phrasings": encoded.vectors,
        "raw.passages": passages.vectors,
    }
    tokens = encoded.tokens
    if not tokens:
        return files
    ends = np.cumsum([0, *(len(each.ids) for each in tokens)], dtype=np.int64)
    width = tokens[0].vectors.shape[1]

    def parts(of: Callable[[Tokens], NDArray[Any]]) -> Iterator[NDArray[Any]]:
        for first in range(0, len(tokens), _AT_ONCE):
            yield np.concatenate([of(each) for each in tokens[first : first + _AT_ONCE]])

    total = int(ends[-1])
    return {
        **files,
        "raw.tokens.ends": ends,
        "raw.tokens.ids": Pieces("<i4", (total,), lambda: parts(lambda each: each.ids)),
        "raw.tokens": Pieces("<f2", (total, width), lambda: parts(lambda each: each.vectors)),
    }


def raw_later(version: Version, language: str) -> Callable[[], Raw]:
    """Reads them back. Before it is called nothing is read, nor looked at whether it is whole."""
    name = f"{language}.raw."
    files = {
        each.removeprefix(name).removesuffix(".npy"): file
        for each, file in version.later.items()
        if each.startswith(name)
    }

    def read() -> Raw:
        """Raises SnapshotDamaged."""
        for each in files.values():
            each.check()
        arrays = {each: file.array() for each, file in files.items()}
        tokens = _tokens(arrays) if "tokens" in arrays else None
        return Encoded(arrays["phrasings"], tokens), Encoded(arrays["passages"])

    return read


def _tokens(arrays: Mapping[str, NDArray[Any]]) -> Sequence[Tokens]:
    ends, ids, vectors = (arrays[f"tokens{each}"] for each in (".ends", ".ids", ""))

    def of(place: int) -> Tokens:
        own = slice(ends[place], ends[place + 1])
        return Tokens(ids[own].astype(np.intp), vectors[own])

    return Looked(len(ends) - 1, of)
