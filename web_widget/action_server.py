"""The actions that Rasa calls, on a listener that only this machine reaches."""

from __future__ import annotations

import json
from typing import Any

import structlog
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import (
    ActionExecutionRejection,
    ActionMissingDomainException,
    ActionNotFoundException,
)
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from web_widget.errors import failure
from web_widget.security import same_secret

log = structlog.get_logger(__name__)

# Rasa sends the whole tracker of a conversation with every call.
MAX_CALL = 16 * 1024 * 1024


def action_routes(executor: ActionExecutor, token: str | None) -> list[Route]:
    """`POST /webhook` for callers that show `token`, and `GET /health`."""

    async def webhook(request: Request) -> Response:
        if not same_secret(request.headers.get("x-kotae-token", ""), token):
            return _refusal(401, "The X-Kotae-Token header is missing or wrong")
        call = _read_call(await request.body())
        if call is None:
            return _refusal(400, "The body must be a JSON object with next_action and tracker")
        return await _run(executor, call)

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return [Route("/webhook", webhook, methods=["POST"]), Route("/health", health)]


def _read_call(body: bytes) -> dict[str, Any] | None:
    try:
        call = json.loads(body)
    except ValueError:
        return None
    if not isinstance(call, dict) or not isinstance(call.get("tracker"), dict):
        return None
    return call if isinstance(call.get("next_action"), str) else None


async def _run(executor: ActionExecutor, call: dict[str, Any]) -> Response:
    """The outcomes of the action protocol, with its statuses; never a word of the call."""
    name = call["next_action"]
    try:
        result = await executor.run(call)
    except ActionExecutionRejection:
        return _refusal(400, "The action was rejected", name)
    except ActionNotFoundException:
        return _refusal(404, "There is no such action", name)
    except ActionMissingDomainException:
        return _refusal(449, "The domain is missing, send it with the call", name)
    except Exception as exc:  # noqa: BLE001 - whatever an action does, Rasa gets an answer
        log.error("action failed", action=_known(executor, name), **failure(exc))
        return _refusal(500, "The action failed", name)
    return JSONResponse(result.model_dump() if result else None)


def _known(executor: ActionExecutor, name: str) -> str:
    return name if name in executor.actions else "unknown"


def _refusal(status: int, sentence: str, action: str = "") -> Response:
    return JSONResponse({"error": sentence, "action_name": action[:100]}, status_code=status)
