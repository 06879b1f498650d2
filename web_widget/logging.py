"""Log lines for people or machines. Set up once, by the program's entry point."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from web_widget.errors import failure

# At their lower levels these write whole requests, customers' words among them, or much else.
_QUIET = (
    "alembic",
    "asyncio",
    "httpcore",
    "httpx",
    "rasa_sdk",
    "sentence_transformers",
    "uvicorn",
    "watchfiles",
)


def configure_logging(level: str, form: str, stream: TextIO = sys.stderr) -> None:
    """Send our lines and those of the libraries to `stream`, as "console" or "json"."""
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_messages,
    ]
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(allow=["conversation_id"]), *before],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def without_messages(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace a traceback by types and places: an exception's message may quote a customer."""
    given = event.pop("exc_info", None)
    exc = given[1] if isinstance(given, tuple) else given
    if exc is True:
        exc = sys.exc_info()[1]
    if isinstance(exc, BaseException):
        event.update(failure(exc))
    return event
