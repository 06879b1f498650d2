"""The team: agents `ana` and `ben`, their lead `lea`, manager `mina`, and `ada`, who may do all.

`vera` waits for a person; `walt` talks with the bot alone, so no agent may read along.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from helpdesk.types import Role
from tests.web_widget.conftest import client_of
from tests.web_widget.staff.support import PASSWORD, Person
from tests.web_widget.support import Customer
from web_widget.app import App

TEAM: dict[str, tuple[str, Role]] = {
    "ana": ("Ana", "agent"),
    "ben": ("Ben", "agent"),
    "lea": ("Lea", "lead"),
    "mina": ("Mina", "manager"),
    "ada": ("Ada", "admin"),
    "zoe": ("Zoe", "agent"),
}

Hire = Callable[[str], Awaitable[Person]]


@pytest.fixture
async def visit(app: App) -> AsyncIterator[Callable[[], Awaitable[Person]]]:
    """A browser at our door that nobody has signed in with."""
    async with AsyncExitStack() as open_browsers:

        async def make() -> Person:
            return Person(await open_browsers.enter_async_context(client_of(app)))

        yield make


@pytest.fixture
def hire(app: App, visit: Callable[[], Awaitable[Person]]) -> Hire:
    """Give one of the team an account and sign her in."""

    async def make(login: str) -> Person:
        name, role = TEAM[login]
        staff = await app.desk.add_staff(login, name, role, PASSWORD)
        person = await visit()
        person.staff = staff
        await person.sign_in(login)
        return person

    return make


@pytest.fixture
async def ana(hire: Hire) -> Person:
    return await hire("ana")


@pytest.fixture
async def ben(hire: Hire) -> Person:
    return await hire("ben")


@pytest.fixture
async def lea(hire: Hire) -> Person:
    return await hire("lea")


@pytest.fixture
async def mina(hire: Hire) -> Person:
    return await hire("mina")


@pytest.fixture
async def ada(hire: Hire) -> Person:
    return await hire("ada")


@pytest.fixture
async def waiting(app: App, vera: Customer) -> Customer:
    """Vera asked something and waits for a person."""
    await vera.send("my parcel never came")
    await app.desk.idle()
    asked = await vera.post("/handoff", {})
    assert asked.json()["state"] == "waiting", asked.text
    return vera
