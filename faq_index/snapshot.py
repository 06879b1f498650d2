"""Snapshots of the index on disk: built beside the live one, checked, then swapped in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from faq_index.building import (
    Progress,
    build_partitions,
    phrasings_of,
)
from faq_index.encoder import Encoded, Encoder, speaking
from faq_index.entry import Entry
from faq_index.errors import SnapshotDamaged, SnapshotMissing
from faq_index.index import FaqIndex
from faq_index.last_read import digest_of, note_version, version_of
from faq_index.loader import load_faq
from faq_index.manifest import point_to, read_current, read_version, sha256, write_version
from faq_index.memory import give_back
from faq_index.partition import Partition
from faq_index.storage import (
    entries_from_json,
    entries_to_json,
    partition_from_files,
    partition_to_files,
)

# Raised whenever what is stored, or how it is learned, changes.
FORMAT = 7
_ENTRIES = "entries.json"
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
    files = {_ENTRIES: entries_to_json(entries)}
    for language, part in partitions.items():
        files[f"{language}.npz"], files[f"{language}.json"] = partition_to_files(part)
    about = {
        "format": FORMAT,
        "built_at": built_at.isoformat(),
        "fingerprint": fingerprint,
        "encoder": encoder.name,
        "max_wrong": max_wrong,
        "languages": sorted(partitions),
    }
    version = f"{built_at:%Y%m%dT%H%M%S%f}Z-{fingerprint[:8]}"
    path, pointer = write_version(folder, version, files, about)
    index = _index(*read_version(path, pointer.split()[1]), encoder)
    check(index.partitions)
    point_to(folder, pointer)
    return path, index


def load_snapshot(folder: Path, encoder: Encoder) -> FaqIndex:
    """The index CURRENT names.

    Raises SnapshotMissing, or SnapshotDamaged when a file differs or the encoder is another one.
    """
    index = _index(*read_current(folder), encoder)
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
    written = entries_to_json(entries)
    with suppress(SnapshotMissing, SnapshotDamaged):
        manifest, files = read_current(snapshot_folder)
        if manifest["fingerprint"] == fingerprint_of(entries, encoder, max_wrong):
            # Lines may have moved in the files without a change of any entry.
            index = _index(manifest, {**files, _ENTRIES: written}, encoder)
            if files[_ENTRIES] == written:
                note_version(snapshot_folder, index.version, digest)
            return index
    index = _build(entries, encoder, snapshot_folder, max_wrong, progress)[1]
    note_version(snapshot_folder, index.version, digest)
    return index


def fingerprint_of(entries: Sequence[Entry], encoder: Encoder, max_wrong: float) -> str:
    """Changes with anything that the index depends on, but not with lines in files."""
    content = [{**asdict(entry), "file": "", "line": 0} for entry in entries]
    about = [*_circumstances(encoder, max_wrong), content]
    return sha256(json.dumps(about, default=str, ensure_ascii=True).encode())


def _circumstances(encoder: Encoder, max_wrong: float) -> list[object]:
    """What an index depends on besides the FAQ."""
    tokenizers = [metadata.version(name) for name in _TOKENIZERS]
    return [FORMAT, encoder.name, encoder.dim, max_wrong, tokenizers]


def _index(manifest: Mapping[str, Any], files: Mapping[str, bytes], encoder: Encoder) -> FaqIndex:
    if manifest["encoder"] != encoder.name:
        raise SnapshotDamaged(
            f"The index was built with the encoder {manifest['encoder']}, not {encoder.name}."
        )
    return FaqIndex(
        _read(manifest, files, encoder),
        encoder,
        version=manifest["version"],
        built_at=datetime.fromisoformat(manifest["built_at"]),
    )


def _read(
    manifest: Mapping[str, Any], files: Mapping[str, bytes], encoder: Encoder
) -> dict[str, Partition]:
    if manifest.get("format") != FORMAT:
        raise SnapshotDamaged("The index was written by another version of this program.")
    entries = entries_from_json(files[_ENTRIES])
    partitions = {}
    for language in manifest["languages"]:
        own = [entry for entry in entries if entry.language == language]
        try:
            partitions[language] = partition_from_files(
                own,
                phrasings_of(own),
                language,
                speaking(encoder, language),
                files[f"{language}.npz"],
                files[f"{language}.json"],
            )
        except (KeyError, ValueError, TypeError) as error:
            message = f"The index for {language} does not fit together: {error}"
            raise SnapshotDamaged(message) from error
    return partitions


def _before(folder: Path, encoder: Encoder) -> dict[str, Partition]:
    """What is live, if the encoder made it; else nothing."""
    try:
        manifest, files = read_current(folder)
        return _read(manifest, files, encoder) if manifest["encoder"] == encoder.name else {}
    except (SnapshotMissing, SnapshotDamaged):
        return {}


def check(partitions: Mapping[str, Partition]) -> None:
    """An index that does not find its own phrasings must not go live: raises SnapshotDamaged."""
    for language, part in partitions.items():
        phrasings = part.matchers.phrasings
        everything = np.ones(phrasings.entries, dtype=bool)
        step = max(1, len(phrasings.texts) // _CHECKED)
        rows = range(0, len(phrasings.texts), step)
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
