"""Memory that has been freed, given back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """The C library keeps what loading an encoder or an index has needed for a moment, a hundred
    megabytes and more. Only that of GNU can be asked; with another one nothing happens."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
