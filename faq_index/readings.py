"""How an encoder reads phrasings that are held out: as texts it has never been taught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faq_index.encoder import Matrix, Rehearsal, View

Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Reading:
    """All phrasings (rows, encoder's dim) and passages (entries, encoder's dim) of an FAQ as one
    encoder reads them, and the rows that tell what one held out `alone`, or `with_entry`, is."""

    vectors: Matrix
    passages: Matrix
    alone: Flags
    with_entry: Flags


def readings(
    vectors: Matrix,
    passages: Matrix,
    owners: Rows,
    views: Sequence[View],
    rehearsals: Sequence[tuple[Rehearsal, Rehearsal]] = (),
) -> list[Reading]:
    """One for an encoder that knows nothing of this FAQ. For a tuned one, one for each of its
    `rehearsals` (of the phrasings, of the passages): a phrasing is held out alone where the encoder
    was taught others of its entry and not it, with its entry where it was taught none of them."""
    if not rehearsals:
        every = np.ones(len(owners), dtype=bool)
        return [Reading(vectors, passages, every, every)]
    found = []
    was_taught = np.any([each.taught for each, _ in rehearsals], axis=0)
    for number, (own, of_passages) in enumerate(rehearsals):
        strange = np.bincount(owners, own.taught)[owners] == 0
        # Entries newer than the tuning are as strange to the encoder that answers customers.
        newer = ~was_taught & strange if number == 0 else np.zeros_like(strange)
        found.append(
            Reading(
                _with_views(vectors, own, views),
                _with_views(passages, of_passages, views),
                (~own.taught & ~strange) | newer,
                strange,
            )
        )
    return found


def _with_views(vectors: Matrix, rehearsal: Rehearsal, views: Sequence[View]) -> Matrix:
    ends = np.cumsum([view.dim for view in views])
    changed = vectors.copy()
    for view, end in zip(views, ends, strict=True):
        if view.name in rehearsal.views:
            changed[:, end - view.dim : end] = rehearsal.views[view.name]
    return changed
