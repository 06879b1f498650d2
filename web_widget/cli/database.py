"""The database, for commands that run beside a running Kotae or without one."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from web_widget.settings import Settings

if TYPE_CHECKING:
    from faq_index import Label
    from helpdesk.database import Database
    from helpdesk.labels import Labels

T = TypeVar("T")
_FILE = "sqlite:///"


def with_database(settings: Settings, work: Callable[["Database"], Awaitable[T]]) -> T:
    """Do `work` on the database, which is made or migrated when needed."""
    from helpdesk.database import Database

    settings.var_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)

    async def run() -> T:
        try:
            await asyncio.to_thread(database.upgrade)
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def with_labels(settings: Settings, work: Callable[["Labels"], Awaitable[T]]) -> T:
    from helpdesk.clock import utc_now
    from helpdesk.labels import Labels

    return with_database(settings, lambda database: work(Labels(database, utc_now)))


def known_labels(settings: Settings) -> list["Label"]:
    """All labels. Makes no database where there is none: asking is not installing."""
    url = settings.database
    if url.startswith(_FILE) and not Path(url.removeprefix(_FILE)).exists():
        return []
    return with_labels(settings, lambda labels: labels.everything())
