"""The staff in the database."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from web_widget.cli.database import with_database
from web_widget.settings import Settings

if TYPE_CHECKING:
    from helpdesk.staff import StaffDesk

T = TypeVar("T")


def with_staff(settings: Settings, work: Callable[["StaffDesk"], Awaitable[T]]) -> T:
    from helpdesk.clock import utc_now
    from helpdesk.staff import StaffDesk

    desk = settings.desk(settings.sites())
    return with_database(settings, lambda db: work(StaffDesk(db, utc_now, desk)))
