"""Small forms, read with a limit. Only what a plain HTML form sends is understood."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from helpdesk.errors import BadInput, TooLarge

MAX_BYTES = 64 * 1024
# Of a person who is signed in.
LARGEST = 512 * 1024
# A test bench of a hundred questions has three fields each.
MAX_FIELDS = 400


async def read_form(request: Request, limit: int = MAX_BYTES) -> dict[str, str]:
    """The fields of the request, read once and kept; line ends are \\n.

    Raises TooLarge over `limit` bytes and BadInput when it is not a form in UTF-8.
    """
    known: dict[str, str] | None = getattr(request.state, "form", None)
    if known is None:
        known = _parse(await _body(request, limit))
        request.state.form = known
    return known


async def _body(request: Request, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise TooLarge(f"This form is too large (at most {limit // 1024} KB).")
        parts.append(part)
    return b"".join(parts)


def _parse(body: bytes) -> dict[str, str]:
    try:
        text = body.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise BadInput("This form cannot be read.") from error
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
