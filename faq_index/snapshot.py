"""Snapshots of the index on disk: built beside the live one, checked, then swapped in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numpy as np

from faq_index.building import Progress, build_partitions
from faq_index.encoder import Encoded, Encoder, speaking
from faq_index.entry import Entry, to_json
from faq_index.errors import SnapshotDamaged, SnapshotMissing
from faq_index.index import FaqIndex
from faq_index.last_read import digest_of, note_version, version_of
from faq_index.loader import load_faq
from faq_index.manifest import point_to, read_current, read_version, sha256, write_version
from faq_index.memory import give_back
from faq_index.partition import Partition
from faq_index.storage import partition_from_files, partition_to_files, same_entries
from faq_index.version import File, Version

# Raised whenever what is stored, or how it is learned, changes.
FORMAT = 9
# Tokens in the index and tokens of a question must come from the same dictionary.
_TOKENIZERS = ("SudachiPy", "SudachiDict-core", "sentencepiece")
_CHECKED = 50
_LEAST_FOUND = 0.8


def build_snapshot(
    entries: Sequence[Entry],
    encoder: Encoder,
    folder: Path,
    *,
    max_wrong: float = 0.10,
    progress: Progress | None = None,
) -> Path:
    """Build a version from entries and make it the current one; returns its folder.

    Vectors of phrasings that did not change are taken from the version before.
    """
    return _build(entries, encoder, folder, max_wrong, progress)[0]


def _build(
    entries: Sequence[Entry],
    encoder: Encoder,
    folder: Path,
    max_wrong: float,
    progress: Progress | None,
) -> tuple[Path, FaqIndex]:
    """What was written, and the index as it was read back to check it."""
    partitions = build_partitions(
        entries,
        encoder,
        max_wrong=max_wrong,
        before=_before(folder, encoder),
        progress=progress,
    )
    built_at = datetime.now(UTC)
    fingerprint = fingerprint_of(entries, encoder, max_wrong)
    about = {
        "format": FORMAT,
        "built_at": built_at.isoformat(),
        "fingerprint": fingerprint,
        "encoder": encoder.name,
        "max_wrong": max_wrong,
        "languages": sorted(partitions),
    }
    version = f"{built_at:%Y%m%dT%H%M%S%f}Z-{fingerprint[:8]}"
    path, pointer = write_version(folder, version, *_files(partitions), about)
    del partitions  # what is read back takes their place
    index = _index(read_version(path, pointer.split()[1]), encoder)
    check(index.partitions)
    point_to(folder, pointer)
    return path, index


def _files(partitions: Mapping[str, Partition]) -> tuple[dict[str, File], dict[str, File]]:
    """What serving needs, and what only building does."""
    files: dict[str, File] = {}
    later: dict[str, File] = {}
    for language, part in partitions.items():
        for every, own in zip((files, later), partition_to_files(part), strict=True):
            every.update({f"{language}.{name}": file for name, file in own.items()})
    return files, later


def load_snapshot(folder: Path, encoder: Encoder) -> FaqIndex:
    """The index CURRENT names.

    Raises SnapshotMissing, or SnapshotDamaged when a file differs or the encoder is another one.
    """
    index = _index(read_current(folder), encoder)
    give_back()
    return index


def ensure_index(
    faq_folder: Path,
    snapshot_folder: Path,
    encoder: Encoder,
    *,
    max_wrong: float = 0.10,
    progress: Progress | None = None,
) -> FaqIndex:
    """The index of just these FAQ files: loaded when it is there and whole, else built.

    Raises InvalidFaq; what was published before then stays published.
    """
    # Before they are read: what is saved meanwhile makes another one.
    digest = digest_of(faq_folder, _circumstances(encoder, max_wrong))
    with suppress(SnapshotMissing, SnapshotDamaged):
        known = version_of(snapshot_folder, digest)
        if known is not None:
            index = load_snapshot(snapshot_folder, encoder)
            # Another process may have published what another FAQ says.
            if index.version == known:
                return index
    entries = load_faq(faq_folder)
    with suppress(SnapshotMissing, SnapshotDamaged):
        version = read_current(snapshot_folder)
        if version.about["fingerprint"] == fingerprint_of(entries, encoder, max_wrong):
            index = _index(version, encoder)
            if same_entries(index.partitions, entries):
                note_version(snapshot_folder, index.version, digest)
                return index
            # Lines have moved in the files without a change of any entry.
            return _index(version, encoder, entries)
    index = _build(entries, encoder, snapshot_folder, max_wrong, progress)[1]
    note_version(snapshot_folder, index.version, digest)
    return index


def fingerprint_of(entries: Sequence[Entry], encoder: Encoder, max_wrong: float) -> str:
    """Changes with anything that the index depends on, but not with lines in files."""
    content = [{**to_json(entry), "file": "", "line": 0} for entry in entries]
    about = [*_circumstances(encoder, max_wrong), content]
    return sha256(json.dumps(about, default=str, ensure_ascii=True).encode())


def _circumstances(encoder: Encoder, max_wrong: float) -> list[object]:
    """What an index depends on besides the FAQ."""
    tokenizers = [metadata.version(name) for name in _TOKENIZERS]
    return [FORMAT, encoder.name, encoder.dim, max_wrong, tokenizers]


def _index(version: Version, encoder: Encoder, entries: Sequence[Entry] | None = None) -> FaqIndex:
    """With `entries` instead of those stored, of which only the lines differ."""
    about = version.about
    if about["encoder"] != encoder.name:
        raise SnapshotDamaged(
            f"The index was built with the encoder {about['encoder']}, not {encoder.name}."
        )
    return FaqIndex(
        _read(version, encoder, entries),
        encoder,
        version=about["version"],
        built_at=datetime.fromisoformat(about["built_at"]),
    )


def _read(
    version: Version, encoder: Encoder, entries: Sequence[Entry] | None = None
) -> dict[str, Partition]:
    if version.about.get("format") != FORMAT:
        raise SnapshotDamaged("The index was written by another version of this program.")
    partitions = {}
    for language in version.about["languages"]:
        own = entries and [entry for entry in entries if entry.language == language]
        try:
            partitions[language] = partition_from_files(
                version, language, speaking(encoder, language), own
            )
        except (KeyError, ValueError, TypeError) as error:
            message = f"The index for {language} does not fit together: {error}"
            raise SnapshotDamaged(message) from error
    return partitions


def _before(folder: Path, encoder: Encoder) -> dict[str, Partition]:
    """What is live, if the encoder made it and it is whole; else nothing."""
    try:
        version = read_current(folder)
        if version.about["encoder"] != encoder.name:
            return {}
        for file in version.later.values():
            file.check()
        return _read(version, encoder)
    except (SnapshotMissing, SnapshotDamaged):
        return {}


def check(partitions: Mapping[str, Partition]) -> None:
    """An index that does not find its own phrasings must not go live: raises SnapshotDamaged."""
    for language, part in partitions.items():
        phrasings = part.matchers.phrasings
        everything = np.ones(phrasings.entries, dtype=bool)
        asked = np.flatnonzero(~phrasings.named).tolist()
        rows = asked[:: max(1, len(asked) // _CHECKED)]
        found = [
            each.hits[0].entry == part.entries[phrasings.owners[row]]
            for row, each in zip(
                rows,
                part.search_encoded(
                    [phrasings.texts[row] for row in rows],
                    _rows(part.encoded, rows),
                    everything,
                ),
                strict=True,
            )
        ]
        if np.mean(found) < _LEAST_FOUND:
            raise SnapshotDamaged(f"The index for {language} misses its own phrasings.")


def _rows(encoded: Encoded, rows: Sequence[int]) -> Encoded:
    tokens = tuple(encoded.tokens[row] for row in rows) if encoded.tokens else None
    return Encoded(encoded.vectors[list(rows)], tokens)
