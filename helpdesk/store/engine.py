"""Connections: what SQLite and PostgreSQL each need to keep what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import URL, make_url

BUSY_TIMEOUT_MS = 10_000
CONNECT_TIMEOUT_S = 5


@dataclass(frozen=True, slots=True)
class Engines:
    write: Engine
    read: Engine
    single_writer: bool

    def dispose(self) -> None:
        self.write.dispose()
        self.read.dispose()


def make_engines(url: str, *, pool_size: int) -> Engines:
    """Raises ValueError with one sentence for a URL that cannot work."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed, pool_size)
    if backend == "postgresql":
        return _postgresql(parsed, pool_size)
    raise ValueError(f"database_url is for '{backend}', must be sqlite or postgresql")


def ping(connection: Connection) -> None:
    connection.execute(select(1))


def _sqlite(url: URL, pool_size: int) -> Engines:
    if url.database in (None, "", ":memory:"):
        raise ValueError("database_url must name a file, such as sqlite:///var/kotae.db")
    arguments: dict[str, Any] = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    write = create_engine(url, pool_size=1, max_overflow=0, connect_args=arguments)
    read = create_engine(url, pool_size=pool_size, max_overflow=0, connect_args=arguments)
    for engine, begin in ((write, "BEGIN IMMEDIATE"), (read, "BEGIN")):
        _prepare_sqlite(engine, begin)
    return Engines(write, read, single_writer=True)


def _prepare_sqlite(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        # The driver would begin transactions where it likes; we say where, and of which kind.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            # FULL: an acknowledged message survives a power cut.
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _postgresql(url: URL, pool_size: int) -> Engines:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(
        url,
        pool_size=2 * pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
        connection.autocommit = False

    return Engines(engine, engine, single_writer=False)
