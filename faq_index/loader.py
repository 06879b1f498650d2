"""FAQ files in, entries out: or every problem of every file at once."""

from __future__ import annotations

from pathlib import Path

from faq_index.entry import Entry
from faq_index.errors import InvalidFaq, Problem
from faq_index.faq_file import Found, read_faq_file
from faq_index.fields import Notes
from faq_index.text import phrasing_key
from faq_index.yaml_reader import Mark

MAX_BYTES = 1_000_000
SUFFIXES = (".yml", ".yaml")
Read = tuple[list[Found], list[Problem]]


def load_faq(folder: Path) -> list[Entry]:
    """Every entry of every *.yml and *.yaml file below a folder, in the order of their paths.

    Raises InvalidFaq with all problems of all files, none of which is then used.
    """
    return FaqReader(folder).load()


class FaqReader:
    """Reads a folder again and again, parsing only the files that say something else than before.
    For any thread: two at once parse the same twice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[Path, tuple[bytes, Read]] = {}

    def load(self) -> list[Entry]:
        """As `load_faq`."""
        folder = self.folder
        if not folder.is_dir():
            raise InvalidFaq([Problem(str(folder), 1, 1, "this is not a folder of FAQ files")])
        problems: list[Problem] = []
        found: list[Found] = []
        files = faq_files(folder)
        known = {path: self._known[path] for path in files if path in self._known}
        for path in files:
            entries, faults = _load_file(path, folder, known)
            found += entries
            problems += faults
        self._known = known
        if not files:
            problems.append(Problem(str(folder), 1, 1, "this folder holds no FAQ file (*.yml)"))
        problems += _cross_check(found)
        if problems:
            raise InvalidFaq(problems)
        return [each.entry for each in found]


def faq_files(folder: Path) -> list[Path]:
    """The files `load_faq` reads; hidden ones (an editor's own) are left out."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in SUFFIXES and path.is_file() and not _is_hidden(path, folder)
    )


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _load_file(path: Path, folder: Path, known: dict[Path, tuple[bytes, Read]]) -> Read:
    notes = Notes(path.as_posix())
    data = _read(path, notes)
    if data is None:
        return [], notes.problems
    if path not in known or known[path][0] != data:
        text = _decoded(data, notes)
        found = [] if text is None else read_faq_file(text, path.relative_to(folder), notes)
        known[path] = data, (found, notes.problems)
    return known[path][1]


def _read(path: Path, notes: Notes) -> bytes | None:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        notes.add(Mark(), f"this file cannot be read: {error.strerror}")
        return None
    if size > MAX_BYTES:
        notes.add(Mark(), f"this file has {size:,} bytes; the most allowed is {MAX_BYTES:,}")
        return None
    return data


def _decoded(data: bytes, notes: Notes) -> str | None:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        notes.add(Mark(before.count(b"\n") + 1, column), "this file is not UTF-8 from here on")
        return None


def _cross_check(found: list[Found]) -> list[Problem]:
    return [*_repeated_ids(found), *_repeated_phrasings(found), *_unknown_related(found)]


def _repeated_ids(found: list[Found]) -> list[Problem]:
    first: dict[tuple[str, str], Found] = {}
    problems = []
    for each in found:
        other = first.setdefault((each.entry.language, each.entry.id), each)
        if other is not each and each.entry.id:
            message = f"`id` {each.entry.id} is already used at {other.file}:{other.id_mark.line}"
            problems.append(each.problem(each.id_mark, message))
    return problems


def _repeated_phrasings(found: list[Found]) -> list[Problem]:
    first: dict[tuple[str, str], str] = {}
    problems = []
    for each in found:
        for mark, phrasing in each.phrasings:
            key = (each.entry.language, phrasing_key(phrasing))
            if key in first:
                message = f"`{phrasing[:80]}` is already a phrasing at {first[key]}"
                problems.append(each.problem(mark, message))
            first.setdefault(key, f"{each.file}:{mark.line}")
    return problems


def _unknown_related(found: list[Found]) -> list[Problem]:
    known = {each.entry.id for each in found}
    return [
        each.problem(mark, f"`related` names `{name}`, which no entry has as its id")
        for each in found
        for mark, name in each.related
        if name not in known
    ]
