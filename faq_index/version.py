"""The files of a published version: mapped into memory, so that loading reads none of them in whole
but to see that it is as it was written."""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from faq_index.cores import cores
from faq_index.errors import SnapshotDamaged

_STEP = 1 << 22


@dataclass(frozen=True, slots=True)
class Pieces:
    """An array too large to be held in whole: its parts, one below the other."""

    dtype: str
    shape: tuple[int, ...]
    parts: Callable[[], Iterator[NDArray[Any]]]


# Names of arrays end with .npy.
File = bytes | NDArray[Any] | Pieces


class Stored:
    """One file. It stays readable when the version has been dropped, its pages are fetched when
    they are looked at, and processes share them."""

    def __init__(self, path: Path, size: int, checksum: int) -> None:
        """Raises SnapshotDamaged when there is no such file of this size."""
        self._path = path
        self._checksum = checksum
        self._is_whole = False
        try:
            with path.open("rb") as file:
                if file.seek(0, 2) != size:
                    raise SnapshotDamaged(f"{path} is not what was written: its size differs.")
                # Not read-only: compiled loops would be compiled once more for such arrays. What
                # would be written into it would not reach the file.
                self._map = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)
        except OSError as error:
            raise SnapshotDamaged(f"{path} cannot be read: {error.strerror}") from error

    def __len__(self) -> int:
        return len(self._map)

    def check(self) -> None:
        """Raises SnapshotDamaged when a byte differs from what was written. Looks only once."""
        if self._is_whole:
            return
        found = 0
        with memoryview(self._map) as data:
            for start in range(0, len(data), _STEP):
                found = zlib.crc32(data[start : start + _STEP], found)
                if hasattr(mmap, "MADV_DONTNEED"):
                    # Else what nobody will look at would count as this process's memory.
                    self._map.madvise(mmap.MADV_DONTNEED, start, min(_STEP, len(data) - start))
        if found != self._checksum:
            raise SnapshotDamaged(f"{self._path} is not what was written: its checksum differs.")
        self._is_whole = True

    def data(self) -> bytes:
        return self._map[:]

    def array(self) -> NDArray[Any]:
        """What an .npy file holds. Raises ValueError."""
        self._map.seek(0)
        npy.read_magic(self._map)
        shape, is_fortran, dtype = npy.read_array_header_1_0(self._map)
        if is_fortran:
            raise ValueError("columns stand one behind the other")
        # A view, since libraries take what an array is a part of for an array.
        return np.ndarray(shape, dtype, self._map, self._map.tell()).view()


@dataclass(frozen=True, slots=True)
class Version:
    """What a manifest says, the files that serving needs, which are as they were written, and those
    for `later`, which have to be checked before they are used."""

    about: Mapping[str, Any]
    files: Mapping[str, Stored]
    later: Mapping[str, Stored]


def check(files: Iterable[Stored]) -> None:
    """`Stored.check` of all of them, on all cores."""
    with ThreadPoolExecutor(cores()) as pool:
        for _ in pool.map(Stored.check, sorted(files, key=len, reverse=True)):
            pass


class _Summing:
    """Writes, and sums up what was written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = self.checksum = 0

    def write(self, data: Any) -> None:
        self.size += self._file.write(data)
        self.checksum = zlib.crc32(data, self.checksum)


def write_file(path: Path, file: File) -> tuple[int, int]:
    """Its size and checksum."""
    with path.open("wb") as opened:
        summing = _Summing(opened)
        if isinstance(file, bytes):
            summing.write(file)
        elif isinstance(file, Pieces):
            _write_header(summing, np.dtype(file.dtype), file.shape)
            for part in file.parts():
                _write_rows(summing, part.astype(file.dtype, copy=False))
        else:
            _write_header(summing, file.dtype, file.shape)
            _write_rows(summing, file)
    return summing.size, summing.checksum


def _write_header(file: _Summing, dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
    about = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    npy.write_array_header_1_0(file, about)


def _write_rows(file: _Summing, array: NDArray[Any]) -> None:
    if array.size:
        file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
