"""Bring a database to the newest schema, from inside the program."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from helpdesk.store.every_table import metadata

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
# Any number, the same in every process: whoever comes second waits for the first.
_LOCK = 4_201_719


def upgrade(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def differences(connection: Connection) -> list[object]:
    """What the migrated tables have other than `tables.metadata`; empty when nothing."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))
