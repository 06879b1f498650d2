"""Where tests keep their data: SQLite, or the PostgreSQL that KOTAE_TEST_DATABASE_URL names."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


@contextmanager
def fresh_schema() -> Iterator[str | None]:
    """The URL of an empty schema on the named server, gone afterwards; None when none is named."""
    server = os.environ.get("KOTAE_TEST_DATABASE_URL")
    if not server:
        yield None
        return
    url = make_url(server).set(drivername="postgresql+psycopg")
    schema = f"test_{uuid.uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    inside = url.update_query_dict({"options": f"-csearch_path={schema}"})
    try:
        yield inside.render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()
