"""The cast: ana and ben answer customers, mia reads reports, vera asks, walt must see nothing."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import httpx
import pytest

from faq_index import LiveIndex
from helpdesk.database import Database
from helpdesk.desk import Helpdesk
from helpdesk.push import Hub
from helpdesk.rasa import RasaClient
from helpdesk.settings import DeskSettings
from helpdesk.types import Staff
from helpdesk.wording import Wording, load_wording
from tests.helpdesk.fakes import FakeClock, FakeLive, FakeRasa, Visitor, open_widget

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all tables: copying it is faster than migrating."""
    path = tmp_path_factory.mktemp("migrated") / "kotae.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    asyncio.run(database.close())
    return path


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, schema: str | None) -> str:
    """A fresh SQLite file, or a fresh schema in KOTAE_TEST_DATABASE_URL."""
    if schema:
        return schema
    path = tmp_path / "kotae.db"
    if "db" in request.fixturenames:
        shutil.copy(request.getfixturevalue("migrated_file"), path)
    return f"sqlite:///{path}"


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    database.upgrade()
    yield database
    await database.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def live() -> FakeLive:
    return FakeLive()


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def settings() -> DeskSettings:
    return DeskSettings(
        opening_hours="Mon-Fri 09:00-18:00",
        time_zone=ZoneInfo("Asia/Tokyo"),
        team_name="Yamamichi",
    )


@pytest.fixture(scope="session")
def wording(root: Path) -> Wording:
    return load_wording(root / "data" / "wording", ("en", "ja"))


@dataclass
class Office:
    """Makes desks on the same database, as a restart would."""

    db: Database
    hub: Hub
    live: FakeLive
    http: httpx.AsyncClient
    wording: Wording
    settings: DeskSettings
    clock: FakeClock

    def desk(self, *, on_turn: Any = None, **settings: Any) -> Helpdesk:
        told = replace(self.settings, **settings)
        extra = {} if on_turn is None else {"on_turn": on_turn}
        # Short, so that a test of a timeout takes no time.
        rasa = RasaClient(self.http, "http://rasa", "secret", timeout=0.2)
        live = cast(LiveIndex, self.live)
        return Helpdesk(self.db, self.hub, live, rasa, self.wording, told, self.clock, **extra)


@pytest.fixture
async def office(
    db: Database,
    hub: Hub,
    live: FakeLive,
    rasa: FakeRasa,
    wording: Wording,
    settings: DeskSettings,
    clock: FakeClock,
) -> AsyncIterator[Office]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(rasa)) as http:
        yield Office(db, hub, live, http, wording, settings, clock)


@pytest.fixture
async def desk(office: Office) -> AsyncIterator[Helpdesk]:
    desk = office.desk()
    yield desk
    await desk.stop()


@pytest.fixture
async def vera(desk: Helpdesk) -> Visitor:
    return await open_widget(desk, page="https://shop.example/cart", visitor="browser-vera")


@pytest.fixture
async def walt(desk: Helpdesk) -> Visitor:
    return await open_widget(desk, visitor="browser-walt")


@pytest.fixture
async def ana(desk: Helpdesk) -> Staff:
    return await desk.add_staff("ana", "Ana", "agent", PASSWORD)


@pytest.fixture
async def ben(desk: Helpdesk) -> Staff:
    return await desk.add_staff("ben", "Ben", "agent", PASSWORD)


@pytest.fixture
async def lea(desk: Helpdesk) -> Staff:
    return await desk.add_staff("lea", "Lea", "lead", PASSWORD)


@pytest.fixture
async def mia(desk: Helpdesk) -> Staff:
    return await desk.add_staff("mia", "Mia", "manager", PASSWORD)
