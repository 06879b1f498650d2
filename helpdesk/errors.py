"""What can go wrong, as the HTTP layer needs to know it.

AppError
  BadInput (400)   NotAllowed (403)   NotFound (404)   Conflict (409; Full, Away)   TooLarge (413)
  TooMany (429, retry_after)   Busy (503, retry_after)
  Outside (502, permanent)
    RasaUnreachable   RasaSilent   StoreUnavailable (503)
"""

from __future__ import annotations


class AppError(Exception):
    """`message` is one sentence fit to be shown; `status` the HTTP status that says the same."""

    status = 500

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if status is not None:
            self.status = status


class BadInput(AppError):
    status = 400


class NotAllowed(AppError):
    status = 403


class NotFound(AppError):
    """Also what a stranger gets for something that exists but is not hers."""

    status = 404


class Conflict(AppError):
    status = 409


class Full(Conflict):
    """An agent has as many chats as one may have."""

    def __init__(self, name: str, chats: int) -> None:
        super().__init__(f"{name} has {chats} chats already.")
        self.name = name
        self.chats = chats


class Away(Conflict):
    """A colleague takes no chats just now."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} takes no chats just now.")
        self.name = name


class TooLarge(AppError):
    status = 413


class TooMany(AppError):
    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        """`retry_after` is in whole seconds."""
        super().__init__(message)
        self.retry_after = retry_after


class Busy(AppError):
    status = 503

    def __init__(self, message: str, retry_after: int) -> None:
        """`retry_after` is in whole seconds."""
        super().__init__(message)
        self.retry_after = retry_after


class Outside(AppError):
    """Something we depend on failed. `permanent` is True when asking again cannot help."""

    status = 502

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class RasaUnreachable(Outside):
    """No connection, no answer in time, a refusal, or the circuit is open."""


class RasaSilent(Outside):
    """Rasa answered 200 and said nothing that can be shown: one of its actions failed."""


class StoreUnavailable(Outside):
    """The database is locked for too long, full or gone."""

    status = 503
