"""Who is counted: the client, not the proxy, and not whoever the client says it is."""

import ipaddress
from typing import Any

import pytest
from starlette.requests import Request

from web_widget.security import client_address
from web_widget.values import Network

PROXIES: tuple[Network, ...] = (ipaddress.ip_network("10.0.0.0/8"),)


def request(peer: str | None, forwarded: str | None = None) -> Request:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded is not None else []
    scope: dict[str, Any] = {
        "type": "http", "headers": headers, "client": (peer, 1) if peer else None,
    }  # fmt: skip
    return Request(scope)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", None, "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "not an address", "not an address"),
        ("2001:db8:1:2:3::9", None, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", None, "203.0.113.5"),
        (None, None, "unknown"),
    ],
)
def test_it_works(peer: str | None, forwarded: str | None, address: str) -> None:
    assert client_address(request(peer, forwarded), PROXIES) == address


def test_without_trusted_proxies_the_header_means_nothing() -> None:
    assert client_address(request("10.0.0.2", "198.51.100.1"), ()) == "10.0.0.2"


def test_an_endless_header_does_not_become_an_endless_key() -> None:
    assert len(client_address(request("10.0.0.2", "x" * 5000), PROXIES)) <= 64
