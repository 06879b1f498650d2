"""Snapshot folders that are whole or refused: sha256 of every file, one pointer to the live one.

folder/CURRENT             "<version> <sha256 of its manifest>"
folder/<version>/manifest.json   what it was built from, and the sha256 of each other file
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

_POINTER = re.compile(r"([0-9A-Za-z-]{1,80}) ([0-9a-f]{64})\n?")
_MANIFEST = "manifest.json"
_KEPT = 5


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def publish(folder: Path, version: str, files: Mapping[str, bytes], about: dict[str, Any]) -> Path:
    """Write a version, point CURRENT to it and drop the oldest; a crash leaves the old one live."""
    path, pointer = write_version(folder, version, files, about)
    point_to(folder, pointer)
    return path


def write_version(
    folder: Path, version: str, files: Mapping[str, bytes], about: dict[str, Any]
) -> tuple[Path, str]:
    """The version's folder and what CURRENT must say to make it live."""
    folder.mkdir(parents=True, exist_ok=True)
    hashes = {name: sha256(data) for name, data in files.items()}
    manifest = json.dumps({**about, "version": version, "files": hashes}, indent=1).encode()
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
    try:
        for name, data in {**files, _MANIFEST: manifest}.items():
            _write(building / name, data)
        _sync_folder(building)
        building.chmod(0o755)
        building.rename(folder / version)
    except OSError:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _sync_folder(folder)
    return folder / version, f"{version} {sha256(manifest)}\n"


def point_to(folder: Path, pointer: str) -> None:
    """Swap CURRENT in one step."""
    handle, name = tempfile.mkstemp(prefix=".current-", dir=folder)
    os.close(handle)
    _write(Path(name), pointer.encode())
    os.replace(name, folder / "CURRENT")
    _sync_folder(folder)
    _drop_old(folder, pointer.split()[0])


def read_current(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Manifest and files of the live version, each byte as it was written.

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


def read_version(path: Path, manifest_hash: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    manifest: dict[str, Any] = json.loads(_read_checked(path / _MANIFEST, manifest_hash))
    files = {name: _read_checked(path / name, each) for name, each in manifest["files"].items()}
    return manifest, files


def _read_checked(path: Path, expected: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SnapshotDamaged(f"{path} cannot be read: {error.strerror}") from error
    if sha256(data) != expected:
        raise SnapshotDamaged(f"{path} is not what was written: its sha256 differs.")
    return data


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
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
