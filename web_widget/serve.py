"""Runs the two listeners in one event loop, and stops them without breaking anybody off."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
import uvicorn

from helpdesk.database import Database
from web_widget.app import App, build, create_action_app, create_public_app
from web_widget.background import in_daemon
from web_widget.knowledge import learn
from web_widget.settings import Settings
from web_widget.settings_sentences import variable

log = structlog.get_logger(__name__)

LOOPBACK = "127.0.0.1"
# Seconds that running requests get at the end. Event streams are ended before, so these are few.
_GRACE_PUBLIC = 3
_GRACE_ACTIONS = 1
# Seconds that a connection may rest between two requests: longer than proxies and Rasa keep one, or
# it would be closed under a request that is on its way.
_KEPT_OPEN = 75
# Connections that may wait to be taken in.
_WAITING_ROOM = 1024


class CannotStart(Exception):
    """One sentence on why the program cannot start, and which setting would help."""


class _Server(uvicorn.Server):
    """uvicorn's server without its signal handlers: here two of them share one process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def hold(host: str, port: int, host_field: str, port_field: str) -> socket.socket:
    """A socket that holds the port, and accepts nobody until the server listens on it.

    Raises CannotStart naming the setting that is in the way.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        raise CannotStart(f"{variable(host_field)} is '{host}', which is no known host") from None
    family, kind, protocol, _, address = found[0]
    sock = socket.socket(family, kind, protocol)
    try:
        # A port of a process that has just ended may be used again at once.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except OSError as exc:
        sock.close()
        raise CannotStart(_why_not(exc, host, port, host_field, port_field)) from None
    sock.setblocking(False)
    return sock


def _why_not(exc: OSError, host: str, port: int, host_field: str, port_field: str) -> str:
    if exc.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program, "
            f"stop it or set {variable(port_field)} to another port"
        )
    if exc.errno == errno.EACCES:
        return f"{variable(port_field)} is {port}, which only root may listen on"
    if exc.errno == errno.EADDRNOTAVAIL:
        return f"{variable(host_field)} is '{host}', which is not an address of this machine"
    return f"Port {port} on {host} cannot be listened on: {exc.strerror}"


async def serve(settings: Settings, stop: asyncio.Event | None = None) -> None:
    """Run until SIGTERM or SIGINT, or until `stop` is set. Raises CannotStart."""
    stop = stop or asyncio.Event()
    _stop_on_signals(stop)
    with (
        hold(settings.host, settings.port, "host", "port") as public_socket,
        hold(LOOPBACK, settings.action_port, "host", "action_port") as action_socket,
    ):
        preparing = asyncio.create_task(_prepare(settings))
        await _first(stop, preparing)
        if not preparing.done():
            preparing.cancel()
            await asyncio.gather(preparing, return_exceptions=True)
            return
        app = preparing.result()
        try:
            await _run(app, public_socket, action_socket, stop)
        finally:
            await app.close()


async def _prepare(settings: Settings) -> App:
    """Database first, then the index: both must stand before anybody is let in."""
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database)
    try:
        await in_daemon(db.upgrade)
        return build(settings, await in_daemon(lambda: learn(settings)), db)
    except BaseException:
        await db.close()
        raise


async def _run(
    app: App, public_socket: socket.socket, action_socket: socket.socket, stop: asyncio.Event
) -> None:
    public = _Server(_config(create_public_app(app), _GRACE_PUBLIC))
    actions = _Server(_config(create_action_app(app), _GRACE_ACTIONS))
    _open(public_socket, action_socket)
    serving_actions = asyncio.create_task(actions.serve([action_socket]))
    serving_public = asyncio.create_task(public.serve([public_socket]))
    try:
        await app.start()
        settings = app.settings
        log.info("listening", host=settings.host, port=settings.port, actions=settings.action_port)
        await _first(stop, serving_actions, serving_public)
    finally:
        log.info("stopping")
        # Streams first: a server waits for every answer that is still being sent.
        app.hub.close()
        public.should_exit = True
        await serving_public
        # The actions last: turns that are under way still need them.
        await app.desk.stop()
        actions.should_exit = True
        await serving_actions


async def _first(stop: asyncio.Event, *tasks: asyncio.Task[Any]) -> None:
    """Wait until `stop` is set or one of the tasks has ended."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()


def _open(*sockets: socket.socket) -> None:
    for sock in sockets:
        try:
            sock.listen(_WAITING_ROOM)
        except OSError:
            port = sock.getsockname()[1]
            raise CannotStart(f"Port {port} has just been taken by another program") from None


def _config(application: Any, grace: int) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        # Whom a proxy speaks for is decided in security.py, by a setting.
        proxy_headers=False,
        server_header=False,
        backlog=_WAITING_ROOM,
        timeout_keep_alive=_KEPT_OPEN,
        timeout_graceful_shutdown=grace,
    )


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
