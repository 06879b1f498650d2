"""A Kotae that asks for a person, or only delivers: the test kills it in between.

python -m tests.web_widget.deliveries.killed HOME DATABASE WEBHOOK ask|deliver
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from faq_index import ensure_index
from helpdesk.database import Database
from tests.faq_index.fakes import TrigramEncoder
from tests.web_widget.conftest import ROOT, client_of
from tests.web_widget.deliveries.test_tell_other_systems import SECRET
from tests.web_widget.support import Customer
from web_widget.app import build
from web_widget.knowledge import Knowledge
from web_widget.read_settings import load_settings
from web_widget.watch import folder_stamp


async def main(home: Path, database: str, webhook: str, what: str) -> None:
    settings = load_settings(
        {
            "KOTAE_FAQ_DIR": str(home / "faq"),
            "KOTAE_WORDING_DIR": str(ROOT / "data" / "wording"),
            "KOTAE_VAR_DIR": str(home / "var"),
            "KOTAE_DATABASE_URL": database,
            "KOTAE_WEBHOOK_URL": webhook,
            "KOTAE_WEBHOOK_SECRET": SECRET,
            "KOTAE_WEBHOOK_ALLOW_PRIVATE": "true",
        }
    )
    index = ensure_index(home / "faq", home / "var" / "index", TrigramEncoder())
    knowledge = Knowledge(index, TrigramEncoder(), folder_stamp(home / "faq"))
    db = Database(settings.database)
    await asyncio.to_thread(db.upgrade)
    app = build(settings, knowledge, db)
    if what == "ask":
        async with client_of(app) as http:
            vera = await Customer.start(http)
            assert (await vera.post("/handoff", {})).status_code == 200
        print("asked", flush=True)  # noqa: T201
        await asyncio.sleep(600)
    # What the killed process was about to tell would be left to it for a minute.
    app.desk.outbox.lease = timedelta(0)
    while await app.courier.round():
        pass
    await app.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
