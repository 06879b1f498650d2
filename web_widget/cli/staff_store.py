"""The staff in the database, for commands that run beside a running Kotae or without one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from web_widget.settings import Settings

if TYPE_CHECKING:
    from helpdesk.staff import StaffDesk

T = TypeVar("T")


def with_staff(settings: Settings, work: Callable[["StaffDesk"], Awaitable[T]]) -> T:
    """Do `work` on the staff of the database, which is made or migrated when needed."""
    from helpdesk.clock import utc_now
    from helpdesk.database import Database
    from helpdesk.staff import StaffDesk

    settings.var_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)

    async def run() -> T:
        try:
            await asyncio.to_thread(database.upgrade)
            return await work(StaffDesk(database, utc_now, settings.desk(settings.sites())))
        finally:
            await database.close()

    return asyncio.run(run())
