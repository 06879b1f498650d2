"""An app as it runs, on its own database, with an index of a few entries and a scripted Rasa.

The cast: `vera` is a customer with an open conversation; `walt` is another customer, who must see
nothing of hers; `ana` is an agent.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from faq_index import FaqIndex, ensure_index
from helpdesk.database import Database
from helpdesk.types import Staff
from tests.web_widget.support import PRODUCT, Customer, FakeRasa, TrigramEncoder
from web_widget.app import App, build, create_action_app, create_public_app
from web_widget.knowledge import Knowledge
from web_widget.read_settings import load_settings
from web_widget.settings import Settings
from web_widget.watch import folder_stamp

ROOT = Path(__file__).parents[2]
FAQ = Path(__file__).parent / "faq"
ACTION_TOKEN = "action-token-for-tests"
RASA_TOKEN = "rasa-token-for-tests"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the test FAQ, its built index and an empty database, made once."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(FAQ, folder / "faq")
    ensure_index(folder / "faq", folder / "var" / "index", TrigramEncoder())
    migrate(f"sqlite:///{folder / 'var' / 'kotae.db'}")
    return folder


def migrate(url: str) -> None:
    db = Database(url)
    db.upgrade()
    db._engines.dispose()


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of what was built, for one test to change."""
    shutil.copytree(built, tmp_path / "home")
    return tmp_path / "home"


MakeSettings = Callable[..., Settings]


@pytest.fixture
def make_settings(home: Path, schema: str | None) -> MakeSettings:
    """Settings of a test, with changes such as `port="9000"`."""
    if schema:
        migrate(schema)

    def make(**changes: str) -> Settings:
        environ = {
            "faq_dir": str(home / "faq"),
            "wording_dir": str(ROOT / "data" / "wording"),
            "var_dir": str(home / "var"),
            "action_token": ACTION_TOKEN,
            "rasa_token": RASA_TOKEN,
            "remember_questions": "false",
            "database_url": schema or "",
            "message_rate_per_minute": "600",
            "conversation_rate_per_minute": "600",
            **changes,
        }
        return load_settings({f"KOTAE_{name.upper()}": text for name, text in environ.items()})

    return make


@pytest.fixture(scope="session")
def index(built: Path) -> FaqIndex:
    return ensure_index(built / "faq", built / "var" / "index", TrigramEncoder())


@pytest.fixture
def knowledge(home: Path, index: FaqIndex) -> Knowledge:
    return Knowledge(index, TrigramEncoder(), folder_stamp(home / "faq"))


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


MakeApp = Callable[..., App]


@pytest.fixture
async def make_app(
    make_settings: MakeSettings, knowledge: Knowledge, rasa: FakeRasa
) -> AsyncIterator[MakeApp]:
    """Apps with changed settings; all of them are closed at the end."""
    made: list[App] = []

    def make(**changes: str) -> App:
        settings = make_settings(**changes)
        db = Database(settings.database)
        made.append(build(settings, knowledge, db, transport=httpx.MockTransport(rasa)))
        return made[-1]

    yield make
    for app in made:
        await app.close()


@pytest.fixture
def app(make_app: MakeApp) -> App:
    return make_app()


def client_of(app: App, **more: object) -> httpx.AsyncClient:
    """A browser that talks to the public side of `app`."""
    transport = httpx.ASGITransport(create_public_app(app), **more)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url=PRODUCT)


@pytest.fixture
async def http(app: App) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def loopback(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A program on the same machine, at the listener for Rasa."""
    transport = httpx.ASGITransport(create_action_app(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
async def vera(http: httpx.AsyncClient) -> Customer:
    return await Customer.start(http)


@pytest.fixture
async def walt(http: httpx.AsyncClient) -> Customer:
    return await Customer.start(http)


@pytest.fixture
async def ana(app: App) -> Staff:
    return await app.desk.add_staff("ana", "Ana", "agent", "long-password-1")
