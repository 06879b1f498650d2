"""The running app: all its parts, in the order in which they start and stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog
from rasa_sdk.executor import ActionExecutor

from faq_index.live import LiveIndex
from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.push import Hub
from helpdesk.rasa import RasaClient
from web_widget.deliveries.courier import Courier
from web_widget.errors import failure
from web_widget.limits import Limits
from web_widget.metrics import Metrics
from web_widget.ops import Health
from web_widget.promises import PromiseKeeper
from web_widget.settings import Settings
from web_widget.sites import Sites
from web_widget.sse import Streams
from web_widget.watch import IndexKeeper
from web_widget.weekly_mail import WeeklyMail
from web_widget.workshop.desk import Workshop
from web_widget.workshop.impact import Impacts
from web_widget.workshop.remembering import Remembering

log = structlog.get_logger(__name__)

# How often chats that nobody took are looked for, and days that reports can keep.
_SWEEP_SECONDS = 60.0


@dataclass
class App:
    """Everything that runs. `web_widget.app.build` makes it; start it once the listeners are."""

    settings: Settings
    sites: Sites
    db: Database
    hub: Hub
    live: LiveIndex
    http: httpx.AsyncClient
    rasa: RasaClient
    desk: Helpdesk
    executor: ActionExecutor
    keeper: IndexKeeper
    workshop: Workshop
    impacts: Impacts
    promises: PromiseKeeper
    courier: Courier
    streams: Streams
    limits: Limits
    metrics: Metrics
    health: Health
    weekly_mail: WeeklyMail | None = None
    remembering: Remembering | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Watch FAQ files and labels, sweep, and answer what a former process left unanswered."""
        self._spawn(self.keeper.run())
        # What was changed in the files while nobody was watching.
        self._spawn(self.workshop.note())
        self._spawn(self.promises.run())
        self._spawn(self.courier.run())
        self._spawn(_every(_SWEEP_SECONDS, self.desk.close_unattended))
        self._spawn(_every(_SWEEP_SECONDS, self.desk.tell_late))
        self._spawn(_every(_SWEEP_SECONDS, self.desk.reports.keep_days))
        if self.weekly_mail is not None:
            self._spawn(_every(_SWEEP_SECONDS, self.weekly_mail.send_if_due))
        if self.remembering is not None:
            self._spawn(self.remembering.run())
        resumed = await self.desk.resume_unanswered()
        if resumed:
            log.info("resumed", messages=resumed)

    async def close(self) -> None:
        """Stop in the order in which things depend on each other. Safe to call twice."""
        self.hub.close()
        self.keeper.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self.courier.close()
        await self.desk.stop()
        await self.http.aclose()
        await self.db.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))


async def _every(seconds: float, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception as exc:  # noqa: BLE001 - the next round may succeed
            log.error("sweep failed", **failure(exc))
