"""The tokens by which the app and Rasa know each other."""

import secrets


def token() -> str:
    """256 random bits, printable, fit for a header and an environment variable."""
    return secrets.token_urlsafe(32)
