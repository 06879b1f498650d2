"""What the tests of the web side share: an honest encoder, a scripted Rasa, a customer."""

from __future__ import annotations

import asyncio
import json
import uuid
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

PRODUCT = "http://kotae.test"


def assert_problem(response: httpx.Response, status: int, *fragments: str) -> str:
    """The one shape of an error, with these words in its sentence; returns the sentence."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"ok", "error", "errors", "status"}, body
    assert body["ok"] is False and body["status"] == status
    assert body["errors"][0] == body["error"] and all(isinstance(e, str) for e in body["errors"])
    for fragment in fragments:
        assert fragment in " / ".join(body["errors"]), body
    return str(body["error"])


async def until(happened: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for something that nobody announces."""
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)


class TrigramEncoder:
    """Hashed character trigrams: texts with the same letters are near, with no model at all."""

    name = "trigrams"
    dim = 256

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [self.encode_query(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dim), np.float32)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        padded = f"  {text.lower()} "
        vector = np.full(self.dim, 1e-6, np.float32)
        for start in range(len(padded) - 2):
            vector[zlib.crc32(padded[start : start + 3].encode()) % self.dim] += 1
        return vector / np.float32(np.linalg.norm(vector))


@dataclass
class FakeRasa:
    """Stands in for Rasa's REST channel. Out of reach until `replies` is set."""

    replies: Callable[[dict[str, Any]], list[dict[str, Any]]] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.replies is None:
            raise httpx.ConnectError("refused", request=request)
        self.tokens.append(request.headers.get("x-kotae-token", ""))
        if request.method == "GET":
            return httpx.Response(200, text="Hello from Rasa")
        call = json.loads(request.content)
        self.asked.append(call)
        customs = self.replies(call)
        return httpx.Response(
            200, json=[{"recipient_id": call["sender"], "custom": one} for one in customs]
        )


@dataclass
class Customer:
    """A browser with one open conversation."""

    http: httpx.AsyncClient
    id: str
    token: str
    greeting: list[dict[str, Any]]

    @classmethod
    async def start(cls, http: httpx.AsyncClient, **facts: str) -> Customer:
        made = await http.post("/api/conversations", json={"language": "en", **facts})
        assert made.status_code == 201, made.text
        body = made.json()
        return cls(http, body["conversation_id"], body["token"], body["greeting"])

    @property
    def path(self) -> str:
        return f"/api/conversations/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        return await self.http.request(method, self.path + path, headers=headers, **more)

    async def post(self, path: str, body: Any) -> httpx.Response:
        return await self.call("POST", path, json=body)

    async def send(self, text: str | None = None, **fields: Any) -> httpx.Response:
        body = {"client_msg_id": uuid.uuid4().hex, **({"text": text} if text else {}), **fields}
        return await self.post("/messages", body)

    async def messages(self, after: int = 0) -> list[dict[str, Any]]:
        response = await self.call("GET", f"/messages?after={after}")
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()["messages"]
        return found
