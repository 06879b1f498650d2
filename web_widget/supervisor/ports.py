"""Whether the addresses Kotae wants to listen on are free, asked before anything is started."""

import errno
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from web_widget.supervisor.errors import CannotStart


@dataclass(frozen=True, slots=True)
class Listener:
    purpose: str  # "customers and staff", "Rasa"
    host: str
    port: int
    variable: str  # the setting that changes it


def require_free(listeners: Sequence[Listener]) -> None:
    """Raise CannotStart naming the first address that cannot be had, and its setting."""
    taken: dict[int, Listener] = {}
    for wanted in listeners:
        if other := taken.get(wanted.port):
            raise CannotStart(
                f"{other.variable} and {wanted.variable} are both {wanted.port}; "
                "each needs a port of its own.",
                status=2,
            )
        taken[wanted.port] = wanted
        _require_free(wanted)


def _require_free(wanted: Listener) -> None:
    try:
        addresses = socket.getaddrinfo(
            wanted.host, wanted.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except socket.gaierror:
        raise CannotStart(
            f"The host '{wanted.host}' for {wanted.purpose} is not known on this machine.", status=2
        ) from None
    for family, kind, protocol, _, address in addresses:
        with socket.socket(family, kind, protocol) as probe:
            # As the servers do: a port in TIME_WAIT counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                probe.bind(address)
                probe.listen(1)
            except OSError as error:
                raise _problem(wanted, error) from None


def _problem(wanted: Listener, error: OSError) -> CannotStart:
    where = f"Port {wanted.port} on {wanted.host} for {wanted.purpose}"
    if error.errno == errno.EADDRINUSE:
        return CannotStart(
            f"{where} is taken by another program: stop that program or set {wanted.variable}."
        )
    if error.errno == errno.EACCES:
        return CannotStart(
            f"{where} may not be used by this account: set {wanted.variable} to 1024 or more.",
            status=2,
        )
    return CannotStart(f"{where} cannot be used: {error.strerror}.", status=2)
