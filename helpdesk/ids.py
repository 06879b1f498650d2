"""Names nobody can guess, and the short one a customer can read out on the phone."""

from __future__ import annotations

import hashlib
import secrets
import uuid

# Without 0/O, 1/I/L: read aloud and typed again without mistakes.
_READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_id() -> str:
    return uuid.uuid4().hex


def new_token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored of a token. It is random enough to need no salt."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_choice_id() -> str:
    return secrets.token_urlsafe(12)


def new_reference() -> str:
    """Such as K7QX-M3RA."""
    letters = [secrets.choice(_READABLE) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
