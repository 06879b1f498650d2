"""A changed FAQ at once, with what was learned of it before; learning anew takes longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from faq_index.building import build_partitions, changes_of
from faq_index.entry import Entry
from faq_index.index import FaqIndex
from faq_index.snapshot import check

# What was learned of an FAQ says little of one that differs by a larger share.
_MOST = 0.1


def updated(before: FaqIndex, entries: Sequence[Entry], *, max_wrong: float) -> FaqIndex | None:
    """`entries` as an index in memory that compares texts, weighs signals and judges itself as
    `before` does, its labels included. None when too much has changed for that.

    Raises SnapshotDamaged when it does not find its own phrasings.
    """
    if not _is_like(before, entries):
        return None
    partitions = build_partitions(
        entries, before.encoder, max_wrong=max_wrong, before=before.partitions, learn=False
    )
    check(partitions)
    built_at = datetime.now(UTC)
    version = f"{built_at:%Y%m%dT%H%M%S%f}Z"
    if set(map(_plain, entries)) == set(map(_plain, before.entries())):
        # Files were touched, moved or commented.
        version, built_at = before.version, before.built_at
    index = FaqIndex(partitions, before.encoder, version=version, built_at=built_at)
    return index.taught_as(before)


def _plain(entry: Entry) -> Entry:
    return replace(entry, file="", line=0)


def _is_like(before: FaqIndex, entries: Sequence[Entry]) -> bool:
    if {entry.language for entry in entries} != set(before.languages):
        return False
    for language, part in before.partitions.items():
        own = [entry for entry in entries if entry.language == language]
        changes = part.model.changes + changes_of(part.entries, own)
        if changes > _MOST * sum(len(entry.phrasings) for entry in own):
            return False
    return True
