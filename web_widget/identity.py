"""Who a customer is, by the word of her website's own server: a short-lived signed JWT."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from helpdesk.errors import NotAllowed
from web_widget.sites import Site

# One algorithm, whatever the token says of itself: a token must not choose how it is checked.
ALGORITHM = "HS256"
LONGEST_LIFE = timedelta(hours=1)
# Clocks of two servers differ by seconds.
_LEEWAY = timedelta(seconds=30)
_LONGEST_ID = 100


def audience(site: str) -> str:
    """What `aud` must be: a token for another site, or for another service, is none for this."""
    return f"kotae:{site}"


def customer(token: str, name: str, site: Site) -> str:
    """The customer's id at the website. Raises NotAllowed with one sentence for its developer.

    `name` is the site as it was asked for; `site` has its key.
    """
    if site.identity_key is None:
        raise NotAllowed(
            f"identity_token cannot be checked: site '{name}' has no identity_key_file."
        )
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            site.identity_key,
            algorithms=[ALGORITHM],
            audience=audience(name),
            leeway=_LEEWAY,
            options={"require": ["sub", "aud", "iat", "exp"]},
        )
    except jwt.InvalidTokenError as exc:
        raise NotAllowed(_why_not(exc, name)) from None
    if (
        not timedelta(0)
        < timedelta(seconds=int(claims["exp"]) - int(claims["iat"]))
        <= LONGEST_LIFE
    ):
        raise NotAllowed("identity_token lives too long: exp must be at most 3600 s after iat.")
    found = claims["sub"]
    if not 1 <= len(found) <= _LONGEST_ID or not found.isprintable():
        raise NotAllowed(f"identity_token is wrong: sub must be 1 to {_LONGEST_ID} characters.")
    return str(found)


def _why_not(exc: jwt.InvalidTokenError, site: str) -> str:
    match exc:
        case jwt.ExpiredSignatureError():
            now = datetime.now(UTC).isoformat(timespec="seconds")
            return f"identity_token has expired: here it is {now}, make a new one for each page."
        case jwt.InvalidAudienceError():
            return f"identity_token is for somebody else: aud must be '{audience(site)}'."
        case jwt.MissingRequiredClaimError():
            return f"identity_token is incomplete: it needs {exc.claim}."
        case jwt.ImmatureSignatureError():
            return "identity_token is from the future: compare the clocks of the two servers."
        case jwt.InvalidAlgorithmError():
            return f"identity_token is signed in another way: alg must be {ALGORITHM}."
        case jwt.InvalidSignatureError():
            return f"identity_token is signed with another key than that of site '{site}'."
        case jwt.exceptions.InvalidSubjectError():
            return "identity_token is wrong: sub must be a text."
        case _:
            return "identity_token is not a signed JWT."
