"""One database for all: SQLite on one machine, PostgreSQL beyond. Async in front, threads behind.

SQLite has one writer: one thread with one connection writes, in BEGIN IMMEDIATE transactions, and
others read beside it (WAL). PostgreSQL gets a pool for both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from helpdesk.errors import StoreUnavailable
from helpdesk.store import engine, schema

__all__ = ["Connection", "Database"]

T = TypeVar("T")


class Database:
    """Opens nothing until the first use. Raises StoreUnavailable when the database fails."""

    def __init__(self, url: str, *, threads: int = 4) -> None:
        self._engines = engine.make_engines(url, pool_size=threads)
        writers = 1 if self._engines.single_writer else threads
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="db-write")
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="db-read")

    @property
    def dialect(self) -> str:
        return self._engines.write.dialect.name

    async def write(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in a thread, in one transaction: all of it is stored, or nothing."""
        return await self._run(self._writers, self._write, fn)

    async def read(self, fn: Callable[[Connection], T]) -> T:
        return await self._run(self._readers, self._read, fn)

    async def ping(self) -> None:
        """Raise StoreUnavailable when the database cannot be read."""
        await self.read(engine.ping)

    def upgrade(self) -> None:
        """Create or migrate the tables. Safe to run from several processes at once."""
        try:
            schema.upgrade(self._engines.write)
        except (OperationalError, InterfaceError) as error:
            raise _unavailable(error) from error

    async def close(self) -> None:
        for executor in (self._writers, self._readers):
            await asyncio.to_thread(executor.shutdown)
        self._engines.dispose()

    async def _run(
        self,
        executor: ThreadPoolExecutor,
        run: Callable[[Callable[[Connection], T]], T],
        fn: Callable[[Connection], T],
    ) -> T:
        return await asyncio.get_running_loop().run_in_executor(executor, run, fn)

    def _write(self, fn: Callable[[Connection], T]) -> T:
        try:
            with self._engines.write.begin() as connection:
                return fn(connection)
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise _unavailable(error) from error

    def _read(self, fn: Callable[[Connection], T]) -> T:
        try:
            with self._engines.read.connect() as connection:
                return fn(connection)
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            raise _unavailable(error) from error


def _unavailable(error: Exception) -> StoreUnavailable:
    # The driver's own text may carry a statement with customers' words: name its class only.
    cause = error.orig if isinstance(error, DBAPIError) else error
    return StoreUnavailable(f"The database did not answer ({type(cause).__name__}).")
