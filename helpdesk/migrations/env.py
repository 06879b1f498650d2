"""Run by Alembic inside the transaction that `helpdesk.store.schema.upgrade` has opened."""

from __future__ import annotations

from alembic import context

from helpdesk.store.every_table import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
