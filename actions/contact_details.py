"""What a name, an e-mail address and a message must look like; None when one does not."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 80
MAX_EMAIL = 254
MAX_MESSAGE = 2000

# Loose on purpose: only a mail can tell whether an address exists. One @ and a dotted domain.
_PART = r"[^\s@<>(),;:\"\[\]\\、。]"
_EMAIL = re.compile(rf"{_PART}{{1,64}}@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{{2,}}")
_CANDIDATE = re.compile(rf"{_PART}+@{_PART}+")


def name(text: str) -> str | None:
    """One line with letters in it; a question or an address is not a name."""
    clean = " ".join(_plain(text).split())
    has_letter = any(character.isalpha() for character in clean)
    is_other = "?" in clean or "@" in clean or not clean.isprintable()
    return clean if has_letter and not is_other and len(clean) <= MAX_NAME else None


def email(text: str) -> str | None:
    """The address; also out of a sentence ("it is ana@example.com.") and in full-width letters."""
    found = [candidate.rstrip(".!?") for candidate in _CANDIDATE.findall(_plain(text))]
    if len(found) != 1 or len(found[0]) > MAX_EMAIL or ".." in found[0]:
        return None
    return found[0] if _EMAIL.fullmatch(found[0]) and found[0].isprintable() else None


def message(text: str) -> str | None:
    """Anything with something in it. Line breaks stay, and so do full-width forms."""
    clean = unicodedata.normalize("NFC", text).strip()
    return clean if clean and len(clean) <= MAX_MESSAGE else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
