"""What the live index was read from, so that a start need not read files that are as they were.

Reading a thousand entries takes a second; whether they are the same bytes is seen at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from faq_index.loader import faq_files

_NOTE = "last-read.json"


def digest_of(faq_folder: Path, facts: Sequence[object]) -> str | None:
    """Changes with any byte of any FAQ file, with this library, which may read them otherwise, and
    with `facts`. None where a file cannot be read."""
    digest = hashlib.sha256(repr(list(facts)).encode())
    own = Path(__file__).parent
    try:
        for folder, paths in ((own, sorted(own.glob("*.py"))), (faq_folder, faq_files(faq_folder))):
            _add(digest, folder, paths)
    except OSError:
        return None
    return digest.hexdigest()


def version_of(snapshot_folder: Path, digest: str | None) -> str | None:
    """The version of the index that is known to say what `digest` stands for, line numbers
    included; None where none is known to."""
    try:
        note = json.loads((snapshot_folder / _NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    match note:
        case [str(version), str(noted)] if noted == digest:
            return version
    return None


def note_version(snapshot_folder: Path, version: str, digest: str | None) -> None:
    """To be called when this version of the index says what `digest` stands for."""
    if digest is None:
        return
    note = json.dumps([version, digest])
    # Half a note is none, and where none can be written the files are read at each start.
    with suppress(OSError):
        (snapshot_folder / _NOTE).write_text(note, "utf-8")


def _add(digest: hashlib._Hash, folder: Path, paths: Iterable[Path]) -> None:
    for path in paths:
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(data)}\n".encode())
        digest.update(data)
