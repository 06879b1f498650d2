"""Snapshot folders that are whole or refused: a checksum of every file, one pointer to the live
one.

folder/CURRENT             "<version> <sha256 of its manifest>"
folder/<version>/manifest.json   what it was built from, and size and checksum of each other file
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from faq_index.errors import SnapshotDamaged, SnapshotMissing
from faq_index.version import File, Stored, Version, check, write_file

_POINTER = re.compile(r"([0-9A-Za-z-]{1,80}) ([0-9a-f]{64})\n?")
_MANIFEST = "manifest.json"
_KEPT = 5


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_version(
    folder: Path,
    version: str,
    files: Mapping[str, File],
    later: Mapping[str, File],
    about: dict[str, Any],
) -> tuple[Path, str]:
    """The version's folder and what CURRENT must say to make it live. Of the files `later` only the
    sizes are checked when the version is opened."""
    folder.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
    try:
        written = {
            kind: {name: write_file(building / name, file) for name, file in each.items()}
            for kind, each in (("files", files), ("later", later))
        }
        manifest = json.dumps({**about, "version": version, **written}, indent=1).encode()
        (building / _MANIFEST).write_bytes(manifest)
        # One after the other, once all are written: most are on the disk by then.
        for path in building.iterdir():
            _sync(path)
        _sync(building)
        building.chmod(0o755)
        building.rename(folder / version)
    except OSError:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _sync(folder)
    return folder / version, f"{version} {sha256(manifest)}\n"


def point_to(folder: Path, pointer: str) -> None:
    """Swap CURRENT in one step, and drop the oldest versions."""
    handle, name = tempfile.mkstemp(prefix=".current-", dir=folder)
    os.close(handle)
    Path(name).write_bytes(pointer.encode())
    _sync(Path(name))
    os.replace(name, folder / "CURRENT")
    _sync(folder)
    _drop_old(folder, pointer.split()[0])


def read_current(folder: Path) -> Version:
    """The live version, each byte that serving needs as it was written.

    Raises SnapshotMissing or SnapshotDamaged.
    """
    try:
        found = _POINTER.fullmatch((folder / "CURRENT").read_text("ascii"))
    except FileNotFoundError as error:
        raise SnapshotMissing(f"No index has been built in {folder} yet.") from error
    except (OSError, ValueError) as error:
        raise SnapshotDamaged(f"{folder / 'CURRENT'} cannot be read: {error}") from error
    if found is None:
        raise SnapshotDamaged(f"{folder / 'CURRENT'} does not name a version.")
    return read_version(folder / found[1], found[2])


def current_version(folder: Path) -> str | None:
    """The name of the live version; None where none can be told."""
    try:
        return (folder / "CURRENT").read_text("ascii").split()[0]
    except (OSError, ValueError, IndexError):
        return None


def read_version(path: Path, manifest_hash: str) -> Version:
    """As `read_current`."""
    manifest = _manifest(path / _MANIFEST, manifest_hash)
    opened = [
        # Another program's manifest is for the caller to refuse.
        {name: Stored(path / name, *each) for name, each in manifest.get(kind, {}).items()}
        for kind in ("files", "later")
        if "later" in manifest
    ]
    files, later = opened or ({}, {})
    check(files.values())
    return Version(manifest, files, later)


def _manifest(path: Path, expected: str) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SnapshotDamaged(f"{path} cannot be read: {error.strerror}") from error
    if sha256(data) != expected:
        raise SnapshotDamaged(f"{path} is not what was written: its sha256 differs.")
    manifest: dict[str, Any] = json.loads(data)
    return manifest


def _sync(path: Path) -> None:
    """What a file or folder holds is on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _drop_old(folder: Path, current: str) -> None:
    versions = sorted(
        (path for path in folder.iterdir() if (path / _MANIFEST).is_file()),
        key=lambda path: path.name,
    )
    for path in versions[:-_KEPT]:
        if path.name != current and not path.name.startswith("."):
            shutil.rmtree(path, ignore_errors=True)
