"""What the database promises."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from helpdesk.database import Connection, Database
from helpdesk.desk import Helpdesk
from helpdesk.errors import StoreUnavailable
from helpdesk.store import schema
from tests.helpdesk.fakes import NO_ANSWER, FakeClock, FakeRasa, Visitor, open_widget


async def test_migrations_lead_to_the_tables_of_the_code(db: Database) -> None:
    assert await db.read(schema.differences) == []


async def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    database = Database(database_url)
    await asyncio.gather(*[asyncio.to_thread(database.upgrade) for _ in range(3)])
    assert await database.read(schema.differences) == []
    await database.close()


async def test_sqlite_loses_nothing_at_power_loss(db: Database) -> None:
    if db.dialect != "sqlite":
        pytest.skip("about SQLite")

    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    full = 2
    assert await db.write(pragmas) == ["wal", full, 1, 10_000]
    assert await db.read(pragmas) == ["wal", full, 1, 10_000]


async def test_a_failed_transaction_leaves_nothing(db: Database) -> None:
    def half(connection: Connection) -> None:
        connection.execute(
            text("INSERT INTO staff VALUES ('i','l','n','r','p',true,:t,null,false)"),
            {"t": "2026-11-23 00:00:00"},
        )
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await db.write(half)
    count = text("SELECT count(*) FROM staff")
    assert await db.read(lambda c: c.execute(count).scalar()) == 0


async def test_foreign_keys_hold(db: Database) -> None:
    orphan = text("INSERT INTO staff_sessions VALUES ('t', 'nobody', 'c', :at, :at)")
    with pytest.raises(IntegrityError):
        await db.write(lambda c: c.execute(orphan, {"at": "2026-11-23 00:00:00"}))


async def test_many_writers_at_once(db: Database, database_url: str) -> None:
    """Two processes of the product on one database."""
    other = Database(database_url)
    add = text("UPDATE counter SET n = n + 1")
    await db.write(lambda c: c.execute(text("CREATE TABLE counter (n integer)")))
    await db.write(lambda c: c.execute(text("INSERT INTO counter VALUES (0)")))
    await asyncio.gather(
        *[database.write(lambda c: c.execute(add)) for database in (db, other) * 20]
    )
    assert await other.read(lambda c: c.execute(text("SELECT n FROM counter")).scalar()) == 40
    await other.close()


async def test_a_database_that_is_gone_is_named(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/no/such/folder/kotae.db")
    with pytest.raises(StoreUnavailable, match=r"did not answer \(OperationalError\)") as failed:
        await database.ping()
    assert failed.value.permanent is False
    with pytest.raises(StoreUnavailable):
        database.upgrade()
    await database.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://x/y", "must be sqlite or postgresql"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
    ],
)
def test_it_refuses_a_database_it_cannot_keep(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Database(url)


async def test_it_answers_a_ping(db: Database) -> None:
    await db.ping()


async def test_the_last_turn_takes_as_many_statements_as_the_second(
    vera: Visitor, db: Database, rasa: FakeRasa, clock: FakeClock
) -> None:
    statements: list[str] = []

    def count(_c: object, _cur: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    rasa.says(NO_ANSWER, {"say": "rephrase"})
    await vera.says("blah")
    for engine in {db._engines.read, db._engines.write}:
        event.listen(engine, "before_cursor_execute", count)

    async def used() -> int:
        before = len(statements)
        await vera.sends("blub")
        await vera.desk.idle()
        clock.forward(minutes=1)
        return len(statements) - before

    second = await used()
    for _ in range(28):
        await used()
    assert await used() == second
    assert len(await vera.sees()) > 60


async def test_a_long_inbox_takes_as_many_statements_as_a_short_one(
    desk: Helpdesk, db: Database, clock: FakeClock
) -> None:
    statements: list[str] = []

    def count(_c: object, _cur: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(db._engines.read, "before_cursor_execute", count)

    async def used() -> int:
        before = len(statements)
        await desk.inbox()
        await desk.reports.report(clock.now.date(), clock.now.date())
        await desk.reports.episodes(clock.now.date(), clock.now.date())
        return len(statements) - before

    async def wait(customers: int) -> None:
        for _ in range(customers):
            visitor = await open_widget(desk)
            await desk.ask_for_person(visitor.conversation)

    await wait(3)
    few = await used()
    await wait(10)
    assert len(await desk.inbox()) == 13
    assert await used() == few
