"""Servers on loopback that answer as the public API documentation of two help desks says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Any]


@dataclass
class Desk:
    """`requests` are (method, path, headers, body) as they came; `failures` are statuses that are
    answered first."""

    url: str = ""
    requests: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)

    def answer(self, method: str, path: str, sent: dict[str, str], body: Any) -> Answer:
        raise NotImplementedError


@dataclass
class ChatwootDesk(Desk):
    """An API inbox, by the Client API: contacts, conversations, messages."""

    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    conversations: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, method: str, path: str, _sent: dict[str, str], body: Any) -> Answer:
        parts = path.removeprefix("/public/api/v1/inboxes/the-inbox/contacts").split("/")[1:]
        if method == "POST" and not parts:
            made = {"source_id": f"s-{body['identifier']}", "pubsub_token": "p", **body}
            return 200, self.contacts.setdefault(body["identifier"], made)
        own = [each for each in self.conversations if each["contact"] == parts[0]]
        if parts[1:] == ["conversations"] and method == "GET":
            return 200, own
        if parts[1:] == ["conversations"]:
            number = len(self.conversations) + 1
            self.conversations.append({"id": number, "contact": parts[0], "messages": [], **body})
            return 200, self.conversations[-1]
        (talk,) = [each for each in own if str(each["id"]) == parts[2]]
        talk["messages"].append(body)
        return 200, {"id": "1", "content": body["content"]}


@dataclass
class ZendeskDesk(Desk):
    """Tickets, by the Ticketing API: a repeated idempotency key is the same ticket."""

    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, method: str, path: str, sent: dict[str, str], body: Any) -> Answer:
        if (method, path) != ("POST", "/api/v2/tickets.json"):
            return 404, {"error": "InvalidEndpoint"}
        made = {"id": len(self.tickets) + 1, **body["ticket"]}
        return 201, {"ticket": self.tickets.setdefault(sent["idempotency-key"], made)}


@contextmanager
def serving(desk: Desk) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            size = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            desk.requests.append((self.command, self.path, headers, body))
            if desk.failures:
                status, answer = desk.failures.pop(0), None
            else:
                status, answer = desk.answer(self.command, self.path, headers, body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET: Callable[..., None] = _do
        do_POST: Callable[..., None] = _do

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    desk.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
