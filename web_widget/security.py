"""Who is asking, and the headers that keep browsers from being used against our users."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from hmac import compare_digest

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web_widget.errors import problem_response
from web_widget.values import Network


def bearer_token(connection: HTTPConnection) -> str:
    """The token of the Authorization header, the only place where one is looked for."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise HTTPException(
            401,
            "The token is missing, send it as 'Authorization: Bearer <token>'",
            {"WWW-Authenticate": "Bearer"},
        )
    return token.strip()


def same_secret(given: str, expected: str | None) -> bool:
    """Compare in constant time; nothing equals a secret that is not set."""
    if not expected:
        return False
    return compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())


def client_address(connection: HTTPConnection, trusted: Sequence[Network]) -> str:
    """The client's address for counting: the socket's, or what trusted proxies say of it.

    An IPv6 client owns a whole /64, so it is counted as one.
    """
    address = connection.client.host if connection.client else "unknown"
    for hop in reversed(connection.headers.get("x-forwarded-for", "").split(",")):
        if not hop.strip() or not _within(address, trusted):
            break
        address = hop.strip()
    return _counted(address)


def _within(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def _counted(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


class SecurityHeaders:
    """Adds the headers of each part of the site, unless the answer has its own."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self._app = app
        self._policies = _policies()
        self._always = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        }
        if https:
            self._always["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        extra = {**self._always, **self._for(scope["path"])}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in extra.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _for(self, path: str) -> Mapping[str, str]:
        for prefix, headers in self._policies.items():
            if path == prefix or path.startswith(prefix.rstrip("/") + "/"):
                return headers
        return self._policies["/"]


def _policies() -> dict[str, dict[str, str]]:
    """Headers by path; the first path that fits counts, "/" stands for all others."""
    ours = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
    ours += "; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
    nobody = "frame-ancestors 'none'"
    launcher = {
        "Content-Security-Policy": f"default-src 'none'; {nobody}",
        # Shops load these files from their own pages, some of which demand the permission.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return {
        "/staff": {
            "Content-Security-Policy": f"{ours}; {nobody}",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
        },
        "/demo": {"Content-Security-Policy": f"{ours}; frame-src 'self'; {nobody}"},
        "/static": {"Content-Security-Policy": f"default-src 'none'; {nobody}"},
        "/widget.js": launcher,
        "/widget/site.js": launcher,
        "/": {
            "Content-Security-Policy": f"default-src 'none'; base-uri 'none'; {nobody}",
            "Cache-Control": "no-store",
        },
    }


class HostCheck:
    """Refuses requests for names that are not ours, when the operator listed the names."""

    # Probes of an orchestrator call by address.
    _EXEMPT = ("/livez", "/readyz", "/metrics")

    def __init__(self, app: ASGIApp, allowed_hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = tuple(allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._accepts(scope):
            response = problem_response(
                HTTPConnection(scope), 400, "This host name is not one that Kotae answers for"
            )
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _accepts(self, scope: Scope) -> bool:
        if not self._hosts or scope["path"] in self._EXEMPT:
            return True
        host = _without_port(Headers(scope=scope).get("host", "").lower())
        return any(
            host == name or (name.startswith("*.") and host.endswith(name[1:]))
            for name in self._hosts
        )


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
