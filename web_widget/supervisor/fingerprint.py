"""Whether what a built thing was built from is still the same."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(folder: Path, files: Iterable[Path], *facts: str) -> str:
    """Changes when a file's place below `folder`, a file's content or a fact changes."""
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(f"fact {len(fact)} {fact}\n".encode())
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"file {path.relative_to(folder).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def files_below(folder: Path, *suffixes: str) -> list[Path]:
    """Every file below `folder` with such a suffix, hidden ones left out; [] without folder."""
    return [
        path
        for path in folder.rglob("*")
        if path.suffix in suffixes and path.is_file() and not path.name.startswith(".")
    ]


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
