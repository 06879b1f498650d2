"""What keeps Kotae from starting, each as one sentence for the operator."""


class CannotStart(Exception):
    """`status` is the exit status: 1 something is in the way, 2 a setting is wrong."""

    permanent = True

    def __init__(self, message: str, *, status: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
