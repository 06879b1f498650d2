"""Customers' text made safe: for the store, and for a dialogue engine that obeys slashes."""

from __future__ import annotations

import unicodedata

_KEPT_CONTROLS = frozenset("\n\t")
# Control, format (zero-width) and separator characters may hide a slash from whoever strips less.
_HIDING = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def clean(text: str) -> str:
    """What is stored and shown: as written, without control characters, trimmed.

    Lone surrogates go too: they are not text, and no database or socket takes them.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(filter(_storable, unified)).strip()


def neutralise(text: str) -> str:
    """What Rasa gets: it can never be read as an intent such as `/restart`.

    In this order: NFKC (a full-width slash becomes one), Unicode white space stripped, then
    leading slashes removed, with whatever invisible characters stand between them.

    >>> neutralise("\\u3000／restart")
    'restart'
    """
    result = unicodedata.normalize("NFKC", clean(text)).strip()
    while result and _leads_astray(result[0]):
        result = result[1:]
    return result.rstrip()


def _storable(character: str) -> bool:
    category = unicodedata.category(character)
    return character in _KEPT_CONTROLS or category not in ("Cc", "Cs")


def _leads_astray(character: str) -> bool:
    return character == "/" or character.isspace() or unicodedata.category(character) in _HIDING
