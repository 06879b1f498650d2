"""No page asks the database more often because there is more to show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from tests.web_widget.staff.support import Person
from tests.web_widget.support import Customer
from web_widget.app import App


class Statements:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, *_: object) -> None:
        self.count += 1


@pytest.fixture
def statements() -> Iterator[Statements]:
    counter = Statements()
    event.listen(Engine, "before_cursor_execute", counter)
    yield counter
    event.remove(Engine, "before_cursor_execute", counter)


async def wait_for_person(app: App, question: str) -> str:
    started = await app.desk.start_conversation(site="shop", language="en")
    await app.desk.receive(started.conversation, client_msg_id="1", text=question)
    await app.desk.idle()
    await app.desk.ask_for_person(started.conversation)
    return started.conversation.id


@pytest.mark.parametrize(
    "path", ["/staff/inbox", "/staff/reports", "/staff/reports/episodes?outcome=engaged"]
)
@pytest.mark.usefixtures("waiting")
async def test_it_does_not_grow(app: App, ada: Person, statements: Statements, path: str) -> None:
    async def asked() -> int:
        before = statements.count
        await ada.see(path)
        return statements.count - before

    await ada.see(path)
    few = await asked()
    for number in range(8):
        await wait_for_person(app, f"where is my order {number}")
    assert await asked() == few > 0


async def test_a_long_conversation_does_not_grow(
    ada: Person, waiting: Customer, statements: Statements
) -> None:
    async def asked() -> int:
        before = statements.count
        await ada.see(f"/staff/inbox/{waiting.id}")
        return statements.count - before

    await ada.see(f"/staff/inbox/{waiting.id}")
    few = await asked()
    for number in range(10):
        await waiting.send(f"message {number}")
    assert await asked() == few > 0
