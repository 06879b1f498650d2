"""The way into Rasa: its REST channel, but only for the one who knows the token.

Rasa's own REST channel asks for no secret, lets messages without a sender share one conversation
and writes a customer's text into the log when a turn fails.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.exceptions import InvalidConfigException
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

logger = logging.getLogger(__name__)

HEADER = "X-Kotae-Token"
OnMessage = Callable[[UserMessage], Awaitable[Any]]


class TokenRestInput(InputChannel):  # type: ignore[misc]
    """POST /webhooks/rest/webhook {"sender", "message", "metadata"?} -> list of messages."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    @classmethod
    def name(cls) -> str:
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TokenRestInput:
        token = (credentials or {}).get("token")
        if not token:
            raise InvalidConfigException("KOTAE_RASA_TOKEN is empty; the REST channel needs it.")
        return cls(str(token))

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        routes = Blueprint("kotae_rest", __name__)

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:  # noqa: ARG001
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not self._is_known(request):
                return _problem(401, f"The header {HEADER} is missing or wrong.")
            return await _answer(request.json, on_new_message)

        return routes

    def _is_known(self, request: Request) -> bool:
        return hmac.compare_digest(request.headers.get(HEADER, "").encode(), self._token)


async def _answer(body: Any, on_new_message: OnMessage) -> HTTPResponse:
    problem = _first_problem(body)
    if problem:
        return _problem(400, problem)
    collector = CollectingOutputChannel()
    message = UserMessage(
        body["message"],
        collector,
        body["sender"],
        input_channel=TokenRestInput.name(),
        metadata=body.get("metadata") or {},
    )
    try:
        await on_new_message(message)
    except Exception as error:  # noqa: BLE001 - whatever it was, the caller must see a failure
        # Not the traceback: it may quote what the customer wrote.
        logger.error("A turn failed with %s.", type(error).__name__)
        return _problem(500, "The turn failed.")
    return response.json(collector.messages)


def _first_problem(body: Any) -> str | None:
    if not isinstance(body, dict):
        return "The body must be a JSON object."
    sender = body.get("sender")
    if not isinstance(sender, str) or not sender.strip():
        return "sender is missing: the id of the conversation."
    if not isinstance(body.get("message"), str):
        return "message is missing: a text."
    if not isinstance(body.get("metadata") or {}, dict):
        return "metadata must be a JSON object."
    return None


def _problem(status: int, sentence: str) -> HTTPResponse:
    return response.json({"ok": False, "error": sentence, "status": status}, status=status)
